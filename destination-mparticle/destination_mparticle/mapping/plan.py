"""What becomes of one stream's records: a compiled mapping, and how it is applied to a record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic

from destination_mparticle.conversion.airbyte_columns import is_airbyte_column
from destination_mparticle.mapping.layout import Layout, Layouts
from destination_mparticle.mapping.template import Template, column
from destination_mparticle.objects.apis import Api
from destination_mparticle.objects.definition import Built, DestinationObject, Recipe
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
    _layouts: Layouts[Built] = field(default_factory=Layouts, compare=False)

    @property
    def object_name(self) -> str:
        """The object that records become."""
        return self.definition.name

    @property
    def api(self) -> Api:
        """The API that records are sent through."""
        return self.definition.api

    def layout(self, data: Mapping[str, Any]) -> Layout[Built]:
        """Return what maps a record, and all others with its columns."""
        columns = tuple(data)
        return self._layouts.find(columns) or self._layouts.keep(self._layout(columns))

    def map(self, data: Mapping[str, Any]) -> Built:
        """Return what a record becomes. For the Events API that is a batch with at most one event.

        Raises a `Rejection`.
        """
        return self.layout(data).map(data)

    def longest_text(self, content_bytes: int) -> int:
        """Return how many characters a name or a value can have, at most, that a record of this size becomes.

        JSON takes at least a byte for each character of a value, and a template may take a value several times. It is
        only so for content without odd values, and where the mapping takes nothing else. What is written as JSON text
        out of a column of JSON text may be longer; its converter sees to its length.
        """
        return content_bytes * self._most_references + self._constant_characters

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

    def _layout(self, columns: tuple[str, ...]) -> Layout[Built]:
        """Work out what is taken from records with these columns."""
        names = {name.lower(): name for name in columns}
        assignments = [*self.assignments]
        unmapped = []
        for name in columns:
            found = self._by_column(name) if self.by_column else None
            if found is not None:
                assignments.append(found)
            elif self.unmapped_attributes and name.lower() not in self._named_columns and not is_airbyte_column(name):
                unmapped.append(name)
        recipe = Recipe(
            self.operation,
            [(assignment.field, assignment.template.reader(names)) for assignment in assignments],
            unmapped,
            [*dict.fromkeys(columns).keys() - unmapped],
            self._constants,
        )
        used = {name for assignment in assignments for name in assignment.template.columns}
        ambiguous = next((name for name in columns if names[name.lower()] != name and name.lower() in used), "")
        is_content = not any(map(is_airbyte_column, used))
        return Layout(columns, self.definition, recipe, ambiguous=ambiguous, is_content=is_content)

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
    def _most_references(self) -> int:
        return max((len(assignment.template.references) for assignment in self.assignments), default=1) or 1

    @cached_property
    def _constant_characters(self) -> int:
        lengths = (
            max(assignment.template.constant_characters, len(assignment.field.path[-1]))
            for assignment in self.assignments
            if assignment.field.path
        )
        return max(lengths, default=0)

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
