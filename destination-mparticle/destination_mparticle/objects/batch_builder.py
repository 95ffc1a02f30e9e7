"""Put a batch for the Events API together from the fields that a record is mapped to."""

from collections.abc import Mapping, Sequence
from types import NoneType
from typing import Any

from destination_mparticle.objects.consent import Part, consent_state
from destination_mparticle.objects.definition import MappedRecord, Recipe
from destination_mparticle.objects.fields import Field
from destination_mparticle.validation.blank_text import is_blank
from destination_mparticle.validation.reasons import Reason, Rejection


class BatchBuilder:
    """A batch of one record. `batch` is the batch itself, `data` its event's data, `commerce` parts of a variant."""

    __slots__ = ("batch", "commerce", "data")

    def __init__(self) -> None:
        self.batch: dict[str, Any] = {}
        self.data: dict[str, Any] = {}
        self.commerce: dict[str, Any] = {}

    @classmethod
    def of(cls, record: MappedRecord, unmapped_field: Field) -> "BatchBuilder":
        """Return a builder that holds everything that a record says. Raises a `Rejection`."""
        row, recipe = record
        builder = cls()
        places = {"batch": builder.batch, "data": builder.data, "commerce": builder.commerce}
        consents: list[Part] = []
        # What is done for each column of each record is done in place: a call takes as long as most of it.
        for field, read in recipe.sources:
            value = read(row)
            if value is None:
                continue
            if field.scope == "consent":
                consents.append(Part(field.path[0], field.path[1], value, field.name in recipe.constants))
                continue
            if type(value) not in field.as_they_are:
                value = field.convert(value, field.name)
                if value is None:
                    continue
            place = places[field.scope]
            for step in field.groups:
                place = place.setdefault(step, {})
            place[field.key] = _merged(field, place[field.key], value) if field.key in place else value
        if recipe.unmapped:
            _put_unmapped(places[unmapped_field.scope], unmapped_field, recipe, row)
        if consents:
            builder._put_consents(consents)
        return builder

    def event(self, event_type: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the batch with one event."""
        self.batch["events"] = [{"event_type": event_type, "data": data}]
        return self.batch

    def _put_consents(self, parts: Sequence[Part]) -> None:
        consents = consent_state(parts, self.data.get("timestamp_unixtime_ms"))
        if consents:
            self.batch["consent_state"] = consents


def _put_unmapped(place: dict[str, Any], field: Field, recipe: Recipe, row: Mapping[str, Any]) -> None:
    """Store columns that no field was named for, but for nulls and those whose attribute is there already."""
    # To copy all columns and take some away again is faster than to copy one after the other.
    attributes = dict(row)
    for name in recipe.others:
        del attributes[name]
    types = {*map(type, attributes.values())}
    if NoneType in types:
        attributes = {name: value for name, value in attributes.items() if value is not None}
        types.remove(NoneType)
    if not types <= field.as_they_are:
        attributes = {name: _attribute(field, name, value) for name, value in attributes.items()}
    if attributes:
        mapped = place.setdefault(field.path[0], attributes)
        if mapped is not attributes:
            mapped.update(attributes | mapped)


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
