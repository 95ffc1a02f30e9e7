"""The tables of the DuckDB file: how many rows each has, and its first ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

_ROWS_SHOWN = 3
_LONGEST_TEXT = 28

# The columns that say most to a newcomer; a table shows those it has.
_TELLING = ("workspace_id", "id", "name", "size", "status", "last_modified_on")


@dataclass(frozen=True)
class Table:
    """A table's name, its number of rows, and a few of its columns and rows as text."""

    name: str
    count: int
    columns: list[str]
    rows: list[list[str]]


def tables(database: Path, names: list[str]) -> Iterator[Table]:
    """Yield the named tables."""
    with duckdb.connect(str(database), read_only=True) as connection:
        for name in names:
            relation = connection.table(name)
            shown = [column for column in _TELLING if column in relation.columns] or relation.columns[:1]
            first = relation.order(f'"{shown[0]}"').limit(_ROWS_SHOWN).select(*shown).fetchall()
            yield Table(name, len(relation), shown, [[_text(value) for value in row] for row in first])


def _text(value: object) -> str:
    if value is None:
        return ""
    text = f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1]}…"
