"""The fields that custom events, screen views and commerce events have in common."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

import msgspec
from msgspec import Struct

from destination_mparticle.conversion import converters
from destination_mparticle.objects.derive import derived
from destination_mparticle.objects.fields import Field

_WITHOUT: Final = {
    "timestamp_unixtime_ms": "it is the field `timestamp`",
    "source_message_id": "it is the field `event_id`",
    "event_id": "mParticle sets it",
    "session_id": "mParticle makes it of session_uuid",
    "event_system_notification_info": "mParticle sets it",
}
"""The properties of every event's data that are not derived."""

_NAMES: Final = ("event_name", "screen_name")

CUSTOM_ATTRIBUTE: Final = Field("custom_attributes.*", "data", ("custom_attributes",), converters.to_attribute)
"""An event's attribute under a name of the user's choice."""


def event_fields(model: type[Struct], without: Mapping[str, str] | None = None) -> Iterator[Field]:
    """Yield the fields of an event's `data`, apart from the model's properties that `without` gives reasons for."""
    for field in derived(model, "data", without={**_WITHOUT, **(without or {})}):
        yield replace(field, if_blank="An event needs a name.") if field.name in _NAMES else field
    yield Field(
        "event_id",
        "data",
        ("source_message_id",),
        converters.to_identity,
        if_constant="every event would have the same id",
    )
    yield CUSTOM_ATTRIBUTE
    if any(prop.name == "custom_flags" for prop in msgspec.structs.fields(model)):
        yield Field("custom_flags.*", "data", ("custom_flags",), converters.to_attribute)
