"""What an object declares. Mapping, `discover`, the checks, the documentation and the tests are made from it."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, NamedTuple, TypeVar

from destination_mparticle.objects.apis import Api
from destination_mparticle.objects.fields import Field, find_field

Built = TypeVar("Built")
"""What a record becomes: a batch for the Events API, something else for another API."""

CheckMapping = Callable[[Collection[Field]], Iterator[str]]
"""Yields what is wrong with a choice of fields, as sentences that continue "Stream x: "."""


def no_remarks(_mapped: Collection[Field]) -> Iterator[str]:
    """Yield nothing: any choice of fields will do."""
    return iter(())


Read = Callable[[Mapping[str, Any]], Any]
"""Takes a value from a record, None where that is null or absent. May raise a `Rejection`."""


@dataclass(frozen=True)
class Recipe:
    """What a mapping takes from all records with the same columns.

    `sources` are the mapped fields, in the mapping's order. `unmapped` are columns that become attributes under their
    own names, `others` all other columns of the record. `constants` names the fields that are the same for every
    record.
    """

    operation: str
    sources: Sequence[tuple[Field, Read]]
    unmapped: Sequence[str]
    others: Sequence[str]
    constants: Collection[str]


class MappedRecord(NamedTuple):
    """A record, and what a mapping takes from it."""

    data: Mapping[str, Any]
    recipe: Recipe


@dataclass(frozen=True, kw_only=True)
class DestinationObject(Generic[Built]):
    """One object that records can be written as.

    `operations` gives the fields that each operation cannot do without. `build` puts a record together, or raises a
    `Rejection`.
    """

    name: str
    becomes: str
    """What each record becomes, for people."""
    api: Api
    operations: Mapping[str, tuple[str, ...]]
    fields: Mapping[str, Field]
    build: Callable[[MappedRecord], Built]
    needs: str = ""
    """What a record needs besides required fields and options, for people."""
    unmapped_field: Field | None = None
    """The open field that takes columns which no field was named for. None where they are left out."""
    errors: CheckMapping = no_remarks
    """What no record could be written with, apart from missing required fields."""
    notices: CheckMapping = no_remarks
    """What the user may not expect."""
    takes_only_required: bool = False
    """Whether an operation uses its required fields and no others."""
    is_ready_made: bool = False
    """Whether its records are complete batches, which may have ids of their own."""
    outline: Mapping[str, Any] | None = None
    """The JSON schema of its columns, where these are not its fields."""

    def __post_init__(self) -> None:
        for operation, names in self.operations.items():
            unknown = [name for name in names if name not in self.fields]
            if unknown:
                raise ValueError(f"{self.name} has no field {', '.join(unknown)}, which {operation} requires.")

    def find(self, name: str) -> Field | None:
        """Return the field that a name in a mapping means, or None."""
        return find_field(self.fields, name)

    def required(self, operation: str) -> tuple[str, ...]:
        """Return the fields that an operation cannot do without; for an unknown one, those of all operations."""
        if operation in self.operations:
            return self.operations[operation]
        first, *others = self.operations.values()
        return tuple(name for name in first if all(name in names for names in others))

    def columns(self, operation: str) -> list[Field]:
        """Return the fields with a fixed name that an operation takes."""
        if self.takes_only_required:
            return [self.fields[name] for name in self.required(operation)]
        return [field for field in self.fields.values() if not field.is_open]

    @property
    def matching_keys(self) -> list[str]:
        """The fields by which what a record changes can be found."""
        return [field.name for field in self.fields.values() if field.identity and not field.is_open]

    def json_schema(self, operation: str) -> dict[str, Any]:
        """Return the JSON schema of an operation's columns. Fields with open names go where it lets them."""
        if self.outline is not None:
            return {**_SCHEMA, "properties": self.outline}
        nullable = not self.takes_only_required
        properties = {field.name: field.kind.json_schema(nullable=nullable) for field in self.columns(operation)}
        return {**_SCHEMA, "required": list(self.required(operation)), "properties": properties}


_SCHEMA: Final[Mapping[str, Any]] = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "additionalProperties": True,
}
