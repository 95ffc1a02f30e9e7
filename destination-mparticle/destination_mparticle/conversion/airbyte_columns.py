"""The columns that Airbyte adds to a record for itself. They are never sent."""

from collections.abc import Mapping
from typing import Any, Final

AIRBYTE_PREFIX: Final = "_airbyte_"
"""What their names begin with, in lower case."""


def without_airbyte_columns(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a record without the columns that Airbyte adds, whatever their case: some warehouses fold names."""
    # This runs for every record, and the first character is enough to pass over most names.
    others = [name for name in record if name[:1] == "_" and name.lower().startswith(AIRBYTE_PREFIX)]
    return {name: value for name, value in record.items() if name not in others} if others else record
