"""The columns that Airbyte adds to a record for itself. They are never sent."""

from collections.abc import Mapping
from typing import Any, Final

AIRBYTE_PREFIX: Final = "_airbyte_"
"""What their names begin with, in lower case."""


def without_airbyte_columns(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record without the columns that Airbyte adds, whatever their case: some warehouses fold names."""
    own = dict(record)
    # This runs for every record, and the first character is enough to pass over most names.
    for name in [name for name in own if name[:1] == "_" and name.lower().startswith(AIRBYTE_PREFIX)]:
        del own[name]
    return own
