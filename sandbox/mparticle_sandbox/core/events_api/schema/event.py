"""One event: its type, and the data that the type requires."""

from dataclasses import dataclass
from typing import Any

from mparticle_sandbox.core.events_api.schema.commerce import VARIANTS
from mparticle_sandbox.core.events_api.schema.containers import ListOf, Record, unknown_field
from mparticle_sandbox.core.events_api.schema.event_data import EVENT_DATA
from mparticle_sandbox.core.events_api.schema.violation import Violation, missing, wrong

# The schema closes some events and leaves others open.
_CLOSED = frozenset({"application_state_transition", "breadcrumb", "commerce_event", "custom_event", "first_run"})


@dataclass(frozen=True)
class Event:
    """An event of any type, or of the one given."""

    event_type: str | None = None
    null: bool = False

    def check(self, value: Any) -> Violation | None:
        """Return the first thing that is wrong with the event, or None."""
        if not isinstance(value, dict):
            return wrong(value, "object", "Event")
        event_type = value.get("event_type")
        if event_type in (None, ""):
            return missing("event_type")
        if not isinstance(event_type, str) or event_type not in ({self.event_type} if self.event_type else EVENT_DATA):
            return wrong(event_type, "string", "EventType").under("event_type")
        if value.get("data") is None:
            return missing("data")
        violation = DATA_BY_TYPE[event_type].check(value["data"])
        return violation.under("data") if violation is not None else _around_the_data(event_type, value)


def _around_the_data(event_type: str, event: dict[str, Any]) -> Violation | None:
    if event_type == "commerce_event" and sum(bool(event["data"].get(name)) for name in VARIANTS) != 1:
        return Violation("variant", f"A commerce event needs exactly one of {', '.join(VARIANTS)}.", ("data",))
    others = (name for name in event if name not in ("event_type", "data"))
    extra = next(others, None) if event_type in _CLOSED else None
    return unknown_field(extra, "Event") if extra is not None else None


def _with_breadcrumbs(crash: Record) -> Record:
    fields = {**crash.fields, "breadcrumbs": ListOf(Event("breadcrumb"))}
    return Record(crash.type_name, fields, crash.required, crash.present, closed=False, null=False)


# A crash report holds events, so its data cannot be described before events are.
DATA_BY_TYPE = {**EVENT_DATA, "crash_report": _with_breadcrumbs(EVENT_DATA["crash_report"])}
EVENT = Event()
