"""The operations that an object can be written with, named as Airbyte's destination sync modes."""

from typing import Final

APPEND: Final = "append"
UPDATE: Final = "update"
SOFT_DELETE: Final = "soft_delete"
