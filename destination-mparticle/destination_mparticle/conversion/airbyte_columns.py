"""The columns that Airbyte adds to a record for itself. They are never sent."""

from collections.abc import Mapping
from typing import Any, Final

_PREFIX: Final = "_airbyte_"


def is_airbyte_column(name: str) -> bool:
    """Whether Airbyte adds a column of this name, whatever its case: some warehouses fold names."""
    return name.lower().startswith(_PREFIX)


def without_airbyte_columns(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record without the columns that Airbyte adds."""
    return {name: value for name, value in record.items() if not is_airbyte_column(name)}
