"""Put a batch for the Events API together from the fields that a record is mapped to."""

from collections.abc import Collection, Mapping
from typing import Any

from destination_mparticle.objects.consent import Part, consent_state
from destination_mparticle.objects.definition import MappedRecord
from destination_mparticle.objects.fields import Field
from destination_mparticle.validation.blank_text import is_blank
from destination_mparticle.validation.reasons import Reason, Rejection


class BatchBuilder:
    """A batch of one record. `batch` is the batch itself, `data` its event's data, `commerce` parts of a variant."""

    def __init__(self, constants: Collection[str] = ()) -> None:
        self.batch: dict[str, Any] = {}
        self.data: dict[str, Any] = {}
        self.commerce: dict[str, Any] = {}
        self._places = {"batch": self.batch, "data": self.data, "commerce": self.commerce}
        self._constants = constants
        self._consents: list[Part] = []

    @classmethod
    def of(cls, record: MappedRecord, unmapped_field: Field) -> "BatchBuilder":
        """Return a builder that holds everything that a record says. Raises a `Rejection`."""
        builder = cls(record.constants)
        for field, value in record.values:
            if value is not None:
                builder._put(field, value)
        for name, value in record.unmapped:
            try:
                builder._put_unmapped(unmapped_field, name, value)
            except Rejection as rejection:
                rejection.column = name
                raise
        builder._put_consents()
        return builder

    def event(self, event_type: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the batch with one event."""
        self.batch["events"] = [{"event_type": event_type, "data": data}]
        return self.batch

    def _put(self, field: Field, value: Any) -> None:
        if field.scope == "consent":
            constant = field.name in self._constants
            self._consents.append(Part(field.path[0], field.path[1], value, constant))
            return
        converted = field.convert(value, field.name)
        if converted is None:
            return
        place = self._places[field.scope]
        for step in field.path[:-1]:
            place = place.setdefault(step, {})
        last = field.path[-1]
        if field.identity and place.get(last, converted) != converted:
            raise Rejection(Reason.BAD_VALUE, field.name, "Two columns give this identity different values.")
        if isinstance(converted, dict) and isinstance(place.get(last), dict):
            place[last] = converted | place[last]
        else:
            place[last] = converted

    def _put_unmapped(self, field: Field, name: str, value: Any) -> None:
        """Store a column that no field was named for, unless an attribute of that name is there already."""
        group = field.path[0]
        attributes = self._places[field.scope].setdefault(group, {})
        attributes.setdefault(name, field.convert(value, group))

    def _put_consents(self) -> None:
        consents = consent_state(self._consents, self.data.get("timestamp_unixtime_ms")) if self._consents else {}
        if consents:
            self.batch["consent_state"] = consents


def require_name(data: Mapping[str, Any], field: str) -> None:
    """Raise a `Rejection` for an event whose name is missing or blank."""
    if is_blank(data.get(field, "")):
        raise Rejection(Reason.MISSING_FIELD, field, "The event has no name.")
