"""The kinds of values that hold others: objects with known fields, maps, lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from mparticle_sandbox.core.events_api.shape.finding import Finding, missing, wrong


class Kind(Protocol):
    """A kind of value. `null` says whether a field of this kind may be null."""

    @property
    def null(self) -> bool:
        """Whether null may stand in place of a value."""

    def find(self, value: Any) -> Finding | None:
        """Return what is wrong with the value, or None."""


@dataclass(frozen=True)
class Record:
    """An object with known fields, and no others where it is `closed`.

    A field of `required` that is null counts as missing; one of `present` may be null if its kind may.
    """

    type_name: str
    fields: Mapping[str, Kind]
    required: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    closed: bool = True
    null: bool = True

    def find(self, value: Any) -> Finding | None:
        """Return the first thing that is wrong with the object, or None."""
        if not isinstance(value, dict):
            return wrong(value, "object", self.type_name)
        return self._lacking(value) or self._inside(value)

    def _lacking(self, value: dict[str, Any]) -> Finding | None:
        name = next((name for name in self.required if value.get(name) is None), None) or next(
            (name for name in self.present if name not in value), None
        )
        return missing(name) if name is not None else None

    def _inside(self, value: dict[str, Any]) -> Finding | None:
        for name, item in value.items():
            kind = self.fields.get(name)
            if kind is None:
                if self.closed:
                    return unknown_field(name, self.type_name)
            elif item is not None or not kind.null:
                finding = kind.find(item)
                if finding is not None:
                    return finding.under(name)
        return None


@dataclass(frozen=True)
class MapOf:
    """An object with any names, whose values are of one kind."""

    kind: Kind
    null: bool = True

    def find(self, value: Any) -> Finding | None:
        """Return the first thing that is wrong with the object, or None."""
        if not isinstance(value, dict):
            return wrong(value, "object", "Map")
        for name, item in value.items():
            finding = self.kind.find(item)
            if finding is not None:
                return finding.under(name)
        return None


@dataclass(frozen=True)
class ListOf:
    """A list whose items are of one kind, `most` of them at most."""

    kind: Kind
    null: bool = True
    most: int | None = None

    def find(self, value: Any) -> Finding | None:
        """Return the first thing that is wrong with the list, or None."""
        if not isinstance(value, list):
            return wrong(value, "array", "List")
        if self.most is not None and len(value) > self.most:
            return Finding("many", f"The list has {len(value)} entries, and {self.most} are the most.")
        for index, item in enumerate(value):
            finding = self.kind.find(item)
            if finding is not None:
                return finding.under(index)
        return None


@dataclass(frozen=True)
class Either:
    """A scalar or a list."""

    scalar: Kind
    list: Kind
    null: bool = True

    def find(self, value: Any) -> Finding | None:
        """Return what is wrong with the value, or None."""
        return self.list.find(value) if isinstance(value, list) else self.scalar.find(value)


def unknown_field(name: str, type_name: str) -> Finding:
    """Return the finding that an object has a field that it cannot have."""
    return Finding("unknown", f"Could not find member '{name}' on object of type '{type_name}'.", (name,))


def fields(kind: Kind, names: str) -> dict[str, Kind]:
    """Return fields of one kind for a table; the names are separated by blanks."""
    return dict.fromkeys(names.split(), kind)
