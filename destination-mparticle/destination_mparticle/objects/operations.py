"""The objects that can be written, and the operations that each of them has."""

from typing import Final

APPEND: Final = "append"
UPDATE: Final = "update"
SOFT_DELETE: Final = "soft_delete"

ACCOUNT_OBJECT: Final = "account"
"""The object that is written through the Platform API."""

OPERATIONS: Final[dict[str, tuple[str, ...]]] = {
    "event_batch": (APPEND,),
    "custom_event": (APPEND,),
    "screen_view": (APPEND,),
    "commerce_event": (APPEND,),
    "user": (APPEND, UPDATE),
    ACCOUNT_OBJECT: (APPEND, UPDATE, SOFT_DELETE),
}
"""Operations by object, named as Airbyte's destination sync modes. mParticle creates a user that it does not know and
changes one that it does, so for `user` both operations do the same. An account is created, renamed or deleted."""
