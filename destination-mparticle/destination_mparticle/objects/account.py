"""The `account` object: what a record does to an account of the organization.

mParticle documents the name as the only part of an account that can be written.
"""

from dataclasses import dataclass
from typing import Final

from destination_mparticle.conversion import converters
from destination_mparticle.objects.apis import PLATFORM_API
from destination_mparticle.objects.definition import DestinationObject, MappedRecord
from destination_mparticle.objects.fields import Field, fields_by_name
from destination_mparticle.objects.operations import APPEND, SOFT_DELETE, UPDATE
from destination_mparticle.validation.blank_text import is_blank
from destination_mparticle.validation.reasons import Reason, Rejection
from destination_mparticle.validation.unrepresentable import reject_unrepresentable

_ID: Final = Field("id", "object", ("id",), converters.to_entity_id, identity=True)
_NAME: Final = Field("name", "object", ("name",), converters.to_text)


@dataclass(frozen=True)
class AccountOperation:
    """Create (`append`), rename (`update`) or delete (`soft_delete`) an account. What a kind does not use is empty."""

    kind: str
    account_id: str = ""
    name: str = ""


def _build(record: MappedRecord) -> AccountOperation:
    found: dict[str, str] = {}
    for field, read in record.recipe.sources:
        value = read(record.data)
        if value is not None:
            found[field.name] = field.convert(value, field.name)
    reject_unrepresentable(found, found.keys())
    operation = record.recipe.operation
    required = ACCOUNT.required(operation)
    for name in required:
        if is_blank(found.get(name, "")):
            raise Rejection(Reason.MISSING_FIELD, name, f"An account cannot be written without its {name}.")
    used = {name: found[name] for name in required}
    return AccountOperation(operation, account_id=used.get("id", ""), name=used.get("name", ""))


ACCOUNT: Final = DestinationObject[AccountOperation](
    name="account",
    becomes="an account that is created, renamed or deleted",
    api=PLATFORM_API,
    operations={APPEND: ("name",), UPDATE: ("id", "name"), SOFT_DELETE: ("id",)},
    fields=fields_by_name([_ID, _NAME]),
    takes_only_required=True,
    build=_build,
)
