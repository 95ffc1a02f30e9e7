"""The `custom_event` object: something that the sender has a name for."""

from collections.abc import Collection, Iterator
from typing import Any, Final

from destination_mparticle.mparticle.model.events import CustomEventData
from destination_mparticle.objects.apis import EVENTS_API
from destination_mparticle.objects.batch_builder import BatchBuilder, require_name
from destination_mparticle.objects.definition import DestinationObject, MappedRecord
from destination_mparticle.objects.event_fields import CUSTOM_ATTRIBUTE, event_fields
from destination_mparticle.objects.fields import Field, fields_by_name
from destination_mparticle.objects.operations import APPEND
from destination_mparticle.objects.user_fields import user_errors, user_fields

_DEFAULT_TYPE: Final = "other"


def _build(record: MappedRecord) -> dict[str, Any]:
    builder = BatchBuilder.of(record, CUSTOM_ATTRIBUTE)
    require_name(builder.data, "event_name")
    builder.data.setdefault("custom_event_type", _DEFAULT_TYPE)
    return builder.event("custom_event", builder.data)


def _notices(mapped: Collection[Field]) -> Iterator[str]:
    if not any(field.name == "custom_event_type" for field in mapped):
        yield f"`custom_event_type` is not mapped, so every event gets the type {_DEFAULT_TYPE}."


CUSTOM_EVENT: Final = DestinationObject[dict[str, Any]](
    name="custom_event",
    becomes="a custom event",
    needs="an identity",
    api=EVENTS_API,
    operations={APPEND: ("event_name",)},
    fields=fields_by_name(user_fields(), event_fields(CustomEventData)),
    unmapped_field=CUSTOM_ATTRIBUTE,
    errors=user_errors,
    notices=_notices,
    build=_build,
)
