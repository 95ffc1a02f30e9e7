"""What becomes of one stream's records: a compiled mapping, and how it is applied to a record."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic

from destination_mparticle.conversion.airbyte_columns import AIRBYTE_PREFIX
from destination_mparticle.mapping.template import RecordColumns, Template, column, record_columns
from destination_mparticle.objects.apis import Api
from destination_mparticle.objects.definition import Built, DestinationObject, MappedRecord
from destination_mparticle.objects.fields import Field
from destination_mparticle.objects.operations import APPEND
from destination_mparticle.validation.reasons import Reason, Rejection


@dataclass(frozen=True)
class Assignment:
    """One field and where its value comes from."""

    field: Field
    template: Template


@dataclass(frozen=True)
class Plan(Generic[Built]):
    """How the records of one stream are mapped.

    With `by_column` set, as data activation has it, every column is named after the field that it fills. With
    `by_shape` set, the stream has no mapping at all, and its first record has to show that it holds batches.
    """

    definition: DestinationObject[Built]
    assignments: tuple[Assignment, ...] = ()
    unmapped_attributes: bool = False
    by_column: bool = False
    by_shape: bool = False
    operation: str = APPEND
    _columns: dict[str, Assignment] = field(default_factory=dict, compare=False)

    @property
    def object_name(self) -> str:
        """The object that records become."""
        return self.definition.name

    @property
    def api(self) -> Api:
        """The API that records are sent through."""
        return self.definition.api

    def map(self, data: Mapping[str, Any]) -> Built:
        """Return what a record becomes. For the Events API that is a batch with at most one event.

        Raises a `Rejection`.
        """
        columns = record_columns(data, self._uses)
        return self.definition.build(
            MappedRecord(data, self.operation, self._values(data, columns), self._unmapped(data), self._constants)
        )

    def name_columns(self, rejection: Rejection) -> None:
        """Add to a rejection which columns its field is mapped from; where no identity is set, which were mapped."""
        assignments = (*self.assignments, *self._columns.values())
        if rejection.reason is Reason.MISSING_IDENTITY:
            found = [assignment for assignment in assignments if assignment.field.identity]
            rejection.field = ", ".join(dict.fromkeys(assignment.field.name for assignment in found))
        else:
            found = [assignment for assignment in assignments if _concerns(assignment.field.name, rejection.field)]
        columns = dict.fromkeys(filter(None, (assignment.template.named for assignment in found)))
        rejection.column = rejection.column or ", ".join(columns)

    def _uses(self, column: str) -> bool:
        return column in self._named_columns or (self.by_column and self._by_column(column) is not None)

    def _values(self, data: Mapping[str, Any], columns: RecordColumns) -> Iterator[tuple[Field, Any]]:
        for assignment in self.assignments:
            yield assignment.field, assignment.template.resolve(columns)
        if self.by_column:
            for name in data:
                found = self._by_column(name)
                if found is not None:
                    yield found.field, found.template.resolve(columns)

    def _unmapped(self, data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield the columns that become attributes under their own names."""
        if not self.unmapped_attributes:
            return
        named = self._named_columns
        for name, value in data.items():
            lowered = name.lower()
            if value is None or lowered.startswith(AIRBYTE_PREFIX) or lowered in named:
                continue
            if not (self.by_column and self._by_column(name) is not None):
                yield name, value

    def _by_column(self, name: str) -> Assignment | None:
        if name not in self._columns:
            target = self.definition.find(name)
            if target is None:
                return None
            self._columns[name] = Assignment(target, column(name))
        return self._columns[name]

    @cached_property
    def _named_columns(self) -> frozenset[str]:
        return frozenset().union(*(assignment.template.columns for assignment in self.assignments))

    @cached_property
    def _constants(self) -> frozenset[str]:
        """The fields that are the same for every record."""
        return frozenset(assignment.field.name for assignment in self.assignments if not assignment.template.columns)


def plan_by_column(definition: DestinationObject[Built], operation: str) -> Plan[Built]:
    """Return the plan of a stream whose columns are named after the fields that they fill."""
    if definition.takes_only_required:
        fields = definition.columns(operation)
        assignments = tuple(Assignment(field, column(field.name)) for field in fields)
        return Plan(definition, assignments, operation=operation)
    takes_others = definition.unmapped_field is not None
    return Plan(definition, unmapped_attributes=takes_others, by_column=True, operation=operation)


def _concerns(mapped: str, rejected: str) -> bool:
    """Whether what is rejected is the mapped field or, as `products.price` and `consent.ccpa.timestamp`, within it."""
    return mapped == rejected or rejected.startswith(f"{mapped}.")
