"""The tables of the DuckDB file: how many rows each has, and the first ones of those that say most."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

_ROWS_SHOWN = 3
_LONGEST_TEXT = 28

# The tables and columns that say most to a newcomer.
_TELLING = {
    "accounts": ("id", "name", "last_modified_on"),
    "workspaces": ("id", "name", "created_on"),
    "audiences": ("id", "name", "size", "status", "last_modified_on"),
    "calculated_attributes": ("workspace_id", "id", "name", "audience_count", "last_modified_on"),
    "user_profiles": ("mpid", "is_opted_out", "user_attributes"),
}


@dataclass(frozen=True)
class Table:
    """A table's name, and a few of its columns and rows as text."""

    name: str
    columns: list[str]
    rows: list[list[str]]


def row_counts(database: Path, names: Collection[str]) -> dict[str, int]:
    """Count the rows of the named tables."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return {name: len(connection.table(name)) for name in names}


def telling_tables(database: Path, names: Collection[str]) -> Iterator[Table]:
    """Yield the first rows of those of the named tables that say most."""
    with duckdb.connect(str(database), read_only=True) as connection:
        for name, columns in _TELLING.items():
            if name not in names:
                continue
            relation = connection.table(name)
            first = relation.order(columns[0]).limit(_ROWS_SHOWN).select(*columns).fetchall()
            yield Table(name, list(columns), [[_text(value) for value in row] for row in first])


def _text(value: object) -> str:
    if value is None:
        return ""
    text = f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1]}…"
