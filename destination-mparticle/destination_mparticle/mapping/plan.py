"""What becomes of one stream's records: a compiled mapping, and how it is applied to a record."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from destination_mparticle.mapping import commerce, fields, rawbatch, values
from destination_mparticle.mapping.consent import Part, consent_state
from destination_mparticle.mapping.fields import Field
from destination_mparticle.mapping.rawbatch import AIRBYTE_PREFIX
from destination_mparticle.mapping.template import Row, Template, column, row_of
from destination_mparticle.validation.blanks import is_blank
from destination_mparticle.validation.reasons import Reason, Rejection

RAW_OBJECT: Final = "event_batch"
"""The object whose records already are batches."""

EVENT_OBJECTS: Final = ("custom_event", "screen_view", "commerce_event")
REQUIRED: Final = {"custom_event": "event_name", "screen_view": "screen_name"}
"""The field without which an event of an object has no name."""

_DEFAULT_EVENT_TYPE: Final = "other"


@dataclass(frozen=True)
class Assignment:
    """One field and where its value comes from."""

    field: Field
    template: Template


def locate(rejection: Rejection, assignments: Iterable[Assignment]) -> None:
    """Say in a rejection which columns its field is mapped from; where no identity is set, which were mapped."""
    if rejection.reason is Reason.MISSING_IDENTITY:
        found = [assignment for assignment in assignments if assignment.field.identity]
        rejection.field = ", ".join(dict.fromkeys(assignment.field.name for assignment in found))
    else:
        found = [assignment for assignment in assignments if _concerns(assignment.field.name, rejection.field)]
    columns = dict.fromkeys(filter(None, (assignment.template.named for assignment in found)))
    rejection.column = rejection.column or ", ".join(columns)


def _concerns(mapped: str, rejected: str) -> bool:
    """Whether what is rejected is the mapped field or, as `products.price` and `consent.ccpa.timestamp`, within it."""
    return mapped == rejected or rejected.startswith(f"{mapped}.")


@dataclass(frozen=True)
class Plan:
    """How the records of one stream are mapped.

    With `by_column` set, as data activation has it, every column is named after the field that it fills. With
    `by_shape` set, the stream has no mapping at all, and its first record has to show that it holds batches.
    """

    object_name: str
    assignments: tuple[Assignment, ...] = ()
    unmapped_attributes: bool = False
    by_column: bool = False
    by_shape: bool = False
    _columns: dict[str, Assignment] = field(default_factory=dict, compare=False)

    def map(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the batch that a record makes, with at most one event. Raises a `Rejection`.

        A record of `event_batch` is the batch itself, or holds it in the column that `batch` is mapped from.
        """
        row = row_of(data, self._uses)
        if self.object_name == RAW_OBJECT:
            return rawbatch.batch_of(self._raw(data, row))
        draft = _Draft(self._constants)
        for assignment in self._assigned(data):
            value = assignment.template.resolve(row)
            if value is not None:
                draft.put(assignment.field, value)
        if self.unmapped_attributes:
            self._put_unmapped(data, draft)
        return draft.finish(self.object_name)

    def _uses(self, column: str) -> bool:
        return column in self._named_columns or (self.by_column and self._by_column(column) is not None)

    def locate(self, rejection: Rejection) -> None:
        """Say in a rejection of one of the stream's records which columns it is about."""
        locate(rejection, (*self.assignments, *self._columns.values()))

    def _raw(self, data: Mapping[str, Any], row: Row) -> Any:
        if self.assignments:
            return values.from_json(self.assignments[0].template.resolve(row), "batch")
        if self.by_column and "batch" in row:
            return values.from_json(row["batch"], "batch")
        return data

    def _assigned(self, data: Mapping[str, Any]) -> Iterator[Assignment]:
        yield from self.assignments
        if self.by_column:
            yield from (found for name in data if (found := self._by_column(name)) is not None)

    def _by_column(self, name: str) -> Assignment | None:
        if name not in self._columns:
            target = fields.find(self.object_name, name)
            if target is None:
                return None
            self._columns[name] = Assignment(target, column(name))
        return self._columns[name]

    def _put_unmapped(self, data: Mapping[str, Any], draft: "_Draft") -> None:
        named = self._named_columns
        is_user = self.object_name == "user"
        for name, value in data.items():
            lowered = name.lower()
            if value is None or lowered.startswith(AIRBYTE_PREFIX) or lowered in named:
                continue
            if self.by_column and self._by_column(name) is not None:
                continue
            try:
                draft.put_attribute(name, value, is_user=is_user)
            except Rejection as rejection:
                rejection.column = name
                raise

    @cached_property
    def _named_columns(self) -> frozenset[str]:
        return frozenset().union(*(assignment.template.columns for assignment in self.assignments))

    @cached_property
    def _constants(self) -> frozenset[str]:
        """The fields that are the same for every record."""
        return frozenset(assignment.field.name for assignment in self.assignments if not assignment.template.columns)


class _Draft:
    """A batch in the making."""

    def __init__(self, constants: Collection[str]) -> None:
        self._constants = constants
        self._batch: dict[str, Any] = {}
        self._parts: dict[str, dict[str, Any]] = {"batch": self._batch, "data": {}, "commerce": {}}
        self._consents: list[Part] = []

    def put(self, target: Field, value: Any) -> None:
        """Store one field's value."""
        if target.scope == "consent":
            constant = target.name in self._constants
            self._consents.append(Part(target.path[0], target.path[1], value, constant))
            return
        converted = target.convert(value, target.name)
        if converted is None:
            return
        place = self._parts[target.scope]
        for step in target.path[:-1]:
            place = place.setdefault(step, {})
        last = target.path[-1]
        if target.identity and place.get(last, converted) != converted:
            raise Rejection(Reason.BAD_VALUE, target.name, "Two columns give this identity different values.")
        if isinstance(converted, dict) and isinstance(place.get(last), dict):
            place[last] = converted | place[last]
        else:
            place[last] = converted

    def put_attribute(self, name: str, value: Any, *, is_user: bool) -> None:
        """Store a column that no field was named for, unless an attribute of that name is there already."""
        if is_user:
            attributes = self._batch.setdefault("user_attributes", {})
            attributes.setdefault(name, values.to_user_attribute(value, "user_attributes"))
        else:
            attributes = self._parts["data"].setdefault("custom_attributes", {})
            attributes.setdefault(name, values.to_attribute(value, "custom_attributes"))

    def finish(self, object_name: str) -> dict[str, Any]:
        """Put the parts together."""
        data = self._parts["data"]
        if self._consents:
            consents = consent_state(self._consents, data.get("timestamp_unixtime_ms"))
            self._batch |= {"consent_state": consents} if consents else {}
        if object_name in EVENT_OBJECTS:
            self._batch["events"] = [{"event_type": object_name, "data": self._data(object_name, data)}]
        return self._batch

    def _data(self, object_name: str, data: dict[str, Any]) -> dict[str, Any]:
        if object_name == "commerce_event":
            return data | commerce.variant(self._parts["commerce"])
        required = REQUIRED[object_name]
        if is_blank(data.get(required, "")):
            raise Rejection(Reason.MISSING_FIELD, required, "The event has no name.")
        if object_name == "custom_event":
            data.setdefault("custom_event_type", _DEFAULT_EVENT_TYPE)
        return data
