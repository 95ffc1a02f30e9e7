"""The registry of the objects that records can be written as. A new object is a module here and a line below."""

from typing import Any, Final

from destination_mparticle.objects.account import ACCOUNT
from destination_mparticle.objects.commerce_event import COMMERCE_EVENT
from destination_mparticle.objects.custom_event import CUSTOM_EVENT
from destination_mparticle.objects.definition import DestinationObject
from destination_mparticle.objects.event_batch import EVENT_BATCH
from destination_mparticle.objects.screen_view import SCREEN_VIEW
from destination_mparticle.objects.user import USER

_ALL: Final[tuple[DestinationObject[Any], ...]] = (
    EVENT_BATCH,
    CUSTOM_EVENT,
    SCREEN_VIEW,
    COMMERCE_EVENT,
    USER,
    ACCOUNT,
)

OBJECTS: Final = {definition.name: definition for definition in _ALL}
"""Every object by name, in the order in which `discover` lists them."""

PATH_NAMES: Final = frozenset(
    ("events", "data", *(step for definition in _ALL for field in definition.fields.values() for step in field.path))
)
"""The names that mParticle's own properties have in a batch."""
