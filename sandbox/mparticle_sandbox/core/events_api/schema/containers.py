"""The types of values that hold others: objects with known fields, maps, lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from mparticle_sandbox.core.events_api.schema.violation import Violation, missing, wrong


class FieldType(Protocol):
    """What values a field may have. `null` says whether null is one of them."""

    @property
    def null(self) -> bool:
        """Whether the field may be null."""

    def check(self, value: Any) -> Violation | None:
        """Return what is wrong with the value, or None."""


@dataclass(frozen=True)
class Record:
    """An object with known fields, and no others where it is `closed`.

    A field of `required` that is null counts as missing; one of `present` may be null if its type allows it.
    """

    type_name: str
    fields: Mapping[str, FieldType]
    required: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    closed: bool = True
    null: bool = True

    def check(self, value: Any) -> Violation | None:
        """Return the first thing that is wrong with the object, or None."""
        if not isinstance(value, dict):
            return wrong(value, "object", self.type_name)
        return self._lacking(value) or self._inside(value)

    def _lacking(self, value: dict[str, Any]) -> Violation | None:
        name = next((name for name in self.required if value.get(name) is None), None) or next(
            (name for name in self.present if name not in value), None
        )
        return missing(name) if name is not None else None

    def _inside(self, value: dict[str, Any]) -> Violation | None:
        for name, item in value.items():
            field_type = self.fields.get(name)
            if field_type is None:
                if self.closed:
                    return unknown_field(name, self.type_name)
            elif item is not None or not field_type.null:
                violation = field_type.check(item)
                if violation is not None:
                    return violation.under(name)
        return None


@dataclass(frozen=True)
class MapOf:
    """An object with any names, whose values are of one type."""

    field_type: FieldType
    null: bool = True

    def check(self, value: Any) -> Violation | None:
        """Return the first thing that is wrong with the object, or None."""
        if not isinstance(value, dict):
            return wrong(value, "object", "Map")
        for name, item in value.items():
            violation = self.field_type.check(item)
            if violation is not None:
                return violation.under(name)
        return None


@dataclass(frozen=True)
class ListOf:
    """A list whose items are of one type, `most` of them at most."""

    field_type: FieldType
    null: bool = True
    most: int | None = None

    def check(self, value: Any) -> Violation | None:
        """Return the first thing that is wrong with the list, or None."""
        if not isinstance(value, list):
            return wrong(value, "array", "List")
        if self.most is not None and len(value) > self.most:
            return Violation("many", f"The list has {len(value)} entries, and {self.most} are the most.")
        for index, item in enumerate(value):
            violation = self.field_type.check(item)
            if violation is not None:
                return violation.under(index)
        return None


@dataclass(frozen=True)
class Either:
    """A scalar or a list."""

    scalar: FieldType
    list: FieldType
    null: bool = True

    def check(self, value: Any) -> Violation | None:
        """Return what is wrong with the value, or None."""
        return self.list.check(value) if isinstance(value, list) else self.scalar.check(value)


def unknown_field(name: str, type_name: str) -> Violation:
    """Return the violation of an object with a field that it cannot have."""
    return Violation("unknown", f"Could not find member '{name}' on object of type '{type_name}'.", (name,))


def fields(field_type: FieldType, names: str) -> dict[str, FieldType]:
    """Return fields of one type for a table; the names are separated by spaces."""
    return dict.fromkeys(names.split(), field_type)
