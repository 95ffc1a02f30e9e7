"""Put a batch for the Events API together from the fields that a record is mapped to."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from destination_mparticle.objects.consent import Part, consent_state
from destination_mparticle.objects.definition import MappedRecord
from destination_mparticle.objects.fields import Field
from destination_mparticle.validation.blank_text import is_blank
from destination_mparticle.validation.reasons import Reason, Rejection

_NULL: Final = {type(None)}


class BatchBuilder:
    """A batch of one record. `batch` is the batch itself, `data` its event's data, `commerce` parts of a variant."""

    __slots__ = ("_consents", "_constants", "_places", "batch", "commerce", "data")

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
        data, recipe = record
        builder = cls(recipe.constants)
        for field, read in recipe.sources:
            value = read(data)
            if value is not None:
                builder._put(field, value)
        if recipe.unmapped:
            builder._put_unmapped(unmapped_field, recipe.unmapped, recipe.read_unmapped(data))
        if builder._consents:
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
        converted = value if type(value) in field.as_they_are else field.convert(value, field.name)
        if converted is None:
            return
        place = self._places[field.scope]
        for step in field.groups:
            place = place.setdefault(step, {})
        last = field.path[-1]
        if last in place:
            converted = _merged(field, place[last], converted)
        place[last] = converted

    def _put_unmapped(self, field: Field, names: Sequence[str], values: tuple[Any, ...]) -> None:
        """Store columns that no field was named for, but for nulls and those whose attribute is there already."""
        attributes = {name: value for name, value in zip(names, values, strict=True) if value is not None}
        if not {*map(type, values)} <= field.as_they_are | _NULL:
            attributes = {name: _attribute(field, name, value) for name, value in attributes.items()}
        if attributes:
            mapped = self._places[field.scope].setdefault(field.path[0], attributes)
            if mapped is not attributes:
                mapped.update(attributes | mapped)

    def _put_consents(self) -> None:
        consents = consent_state(self._consents, self.data.get("timestamp_unixtime_ms"))
        if consents:
            self.batch["consent_state"] = consents


def _merged(field: Field, first: Any, second: Any) -> Any:
    """Return what two values make that are given to one field."""
    if field.identity and first != second:
        raise Rejection(Reason.BAD_VALUE, field.name, "Two columns give this identity different values.")
    return second | first if isinstance(first, dict) and isinstance(second, dict) else second


def _attribute(field: Field, name: str, value: Any) -> Any:
    try:
        return field.convert(value, field.path[0])
    except Rejection as rejection:
        rejection.column = name
        raise


def require_name(data: Mapping[str, Any], field: str) -> None:
    """Raise a `Rejection` for an event whose name is missing or blank."""
    if is_blank(data.get(field, "")):
        raise Rejection(Reason.MISSING_FIELD, field, "The event has no name.")
