#!/usr/bin/env python3
"""Makes the tables of objects and fields in the destination's page from its registry of objects, and prints them.

usage: object_table.py [--write]

With --write they take the place of what stands between their markers in the page.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from destination_mparticle.objects import OBJECTS
from destination_mparticle.objects.fields import Field

PAGE = Path(__file__).resolve().parent.parent / "docs" / "integrations" / "destinations" / "mparticle.md"
BEGIN = "<!-- Made by scripts/object_table.py ({}): begin -->"
END = "<!-- Made by scripts/object_table.py ({}): end -->"

# Every object whose records are mapped to a batch.
_MAPPED = frozenset(name for name, definition in OBJECTS.items() if definition.unmapped_field is not None)


_OBJECT_TITLES = (*("Object", "Each record becomes", "Operations and required fields", "Needs", "API and its options"),)
_FIELD_TITLES = ("Field", "Objects", "Value")


def tables() -> dict[str, str]:
    """The tables in Markdown, by the name that their markers have."""
    return {"objects": _table(_OBJECT_TITLES, _object_rows()), "fields": _table(_FIELD_TITLES, _field_rows())}


def replaced(page: str) -> str:
    """The text of the page with the current tables. Raises `ValueError` where it lacks a marker."""
    for name, table in tables().items():
        begin, end = BEGIN.format(name), END.format(name)
        before, found_begin, rest = page.partition(begin)
        _, found_end, after = rest.partition(end)
        if not (found_begin and found_end):
            raise ValueError(f"{PAGE} must hold the lines {begin!r} and {end!r}, in this order.")
        page = f"{before}{begin}\n\n{table}\n\n{end}{after}"
    return page


def _table(titles: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [titles, ("---",) * len(titles), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


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


def main(arguments: list[str]) -> None:
    """Print the tables, or put them into the page."""
    parser = argparse.ArgumentParser(description="The tables of objects and fields in the destination's page.")
    parser.add_argument("--write", action="store_true", help="put them into the page instead of printing them")
    if parser.parse_args(arguments).write:
        PAGE.write_text(replaced(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        sys.stdout.write("\n\n".join(tables().values()) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
