"""The tables of the DuckDB file: how many rows each has, and its first ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

_COLUMNS_SHOWN = 5
_ROWS_SHOWN = 3


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
            described = zip(relation.columns, relation.types, strict=True)
            # Nested columns are too wide for a terminal, and PyAirbyte's own tell a newcomer nothing.
            columns = [column for column, kind in described if kind != "JSON" and not column.startswith("_airbyte_")]
            shown = columns[:_COLUMNS_SHOWN]
            first = relation.order(f'"{columns[0]}"').limit(_ROWS_SHOWN).select(*shown).fetchall()
            yield Table(name, len(relation), shown, [[_text(value) for value in row] for row in first])


def _text(value: object) -> str:
    return "" if value is None else str(value)
