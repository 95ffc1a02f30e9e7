#!/usr/bin/env python3
"""Makes the tables of objects and fields in the destination's page from its registry of objects, and prints them.

usage: object_table.py [--write]

With --write they take the place of what stands between their markers in the page.
"""

from collections.abc import Iterable, Iterator

from destination_mparticle.objects import OBJECTS
from destination_mparticle.objects.fields import Field
from scripts import page_tables

SCRIPT = "object_table.py"
PAGE = page_tables.PAGES / "destinations" / "mparticle.md"

# Every object whose records are mapped to a batch.
_MAPPED = frozenset(name for name, definition in OBJECTS.items() if definition.unmapped_field is not None)


_OBJECT_TITLES = (*("Object", "Each record becomes", "Operations and required fields", "Needs", "API and its options"),)
_FIELD_TITLES = ("Field", "Objects", "Value")


def tables() -> page_tables.Tables:
    """The tables of objects and of fields."""
    return {
        "objects": page_tables.table(_OBJECT_TITLES, _object_rows()),
        "fields": page_tables.table(_FIELD_TITLES, _field_rows()),
    }


def _object_rows() -> Iterator[tuple[str, ...]]:
    for definition in OBJECTS.values():
        operations = "; ".join(
            f"`{name}`: {_code(required)}" if required else f"`{name}`"
            for name, required in definition.operations.items()
        )
        api = f"{definition.api.name}: {_code(definition.api.options)}"
        yield f"`{definition.name}`", definition.becomes, operations, definition.needs, api


def _field_rows() -> Iterator[tuple[str, ...]]:
    """One row for fields that have the same objects, the same group and the same kind of value."""
    objects: dict[tuple[str, str], list[str]] = {}
    for definition in OBJECTS.values():
        for field in definition.fields.values():
            objects.setdefault((_name(field), _value(field)), []).append(definition.name)
    rows: dict[tuple[str, str, str], list[str]] = {}
    for (name, value), owners in objects.items():
        rows.setdefault((name.rpartition(".")[0], _objects(owners), value), []).append(name)
    for (_, owners_in_words, value), names in rows.items():
        yield _code(names), owners_in_words, value


def _name(field: Field) -> str:
    chosen = ".".join(f"<{placeholder}>" for placeholder in field.placeholders)
    return f"{field.name[:-1]}{chosen}" if field.is_open else field.name


def _objects(names: list[str]) -> str:
    return "all mapped" if set(names) == _MAPPED else _code(names)


def _value(field: Field) -> str:
    return f"{field.kind.words}; identifies the record" if field.identity else field.kind.words


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    page_tables.run(PAGE, SCRIPT, tables, "The tables of objects and fields in the destination's page.")
