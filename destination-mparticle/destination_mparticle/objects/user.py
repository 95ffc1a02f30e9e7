"""The `user` object: identities and attributes, without an event."""

from typing import Any, Final

from destination_mparticle.objects.apis import EVENTS_API
from destination_mparticle.objects.batch_builder import BatchBuilder
from destination_mparticle.objects.definition import DestinationObject, MappedRecord
from destination_mparticle.objects.fields import fields_by_name
from destination_mparticle.objects.operations import APPEND, UPDATE
from destination_mparticle.objects.user_fields import USER_ATTRIBUTE, user_errors, user_fields


def _build(record: MappedRecord) -> dict[str, Any]:
    return BatchBuilder.of(record, USER_ATTRIBUTE).batch


USER: Final = DestinationObject[dict[str, Any]](
    name="user",
    becomes="identities and attributes of a user, no event",
    needs="an identity",
    api=EVENTS_API,
    # mParticle creates a user that it does not know and changes one that it does, so both do the same.
    operations={APPEND: (), UPDATE: ()},
    fields=fields_by_name(user_fields()),
    unmapped_field=USER_ATTRIBUTE,
    errors=user_errors,
    build=_build,
)
