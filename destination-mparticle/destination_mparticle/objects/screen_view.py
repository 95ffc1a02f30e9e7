"""The `screen_view` object: a screen or a page that a user saw."""

from typing import Any, Final

from destination_mparticle.mparticle.model.events import ScreenViewData
from destination_mparticle.objects.apis import EVENTS_API
from destination_mparticle.objects.batch_builder import BatchBuilder, require_name
from destination_mparticle.objects.definition import DestinationObject, MappedRecord
from destination_mparticle.objects.event_fields import CUSTOM_ATTRIBUTE, event_fields
from destination_mparticle.objects.fields import fields_by_name
from destination_mparticle.objects.operations import APPEND
from destination_mparticle.objects.user_fields import user_errors, user_fields


def _build(record: MappedRecord) -> dict[str, Any]:
    builder = BatchBuilder.of(record, CUSTOM_ATTRIBUTE)
    require_name(builder.data, "screen_name")
    return builder.event("screen_view", builder.data)


SCREEN_VIEW: Final = DestinationObject[dict[str, Any]](
    name="screen_view",
    becomes="a screen view",
    needs="an identity",
    api=EVENTS_API,
    operations={APPEND: ("screen_name",)},
    fields=fields_by_name(user_fields(), event_fields(ScreenViewData)),
    unmapped_field=CUSTOM_ATTRIBUTE,
    errors=user_errors,
    build=_build,
)
