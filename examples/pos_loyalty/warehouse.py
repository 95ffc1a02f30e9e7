"""The platform's raw rows in DuckDB, and the views that shape them into records."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

_HERE = Path(__file__).parent
SAMPLE = _HERE / "rows.jsonl"
STREAMS = ("loyalty_purchases", "loyalty_events")


class Warehouse:
    """An open DuckDB file with the raw rows and the views."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, rows: Path) -> None:
        self.connection = connection
        self.connection.execute("CREATE TABLE pos_raw (raw JSON)")
        self.connection.execute("INSERT INTO pos_raw SELECT json FROM read_json_objects(?)", [str(rows)])
        self.connection.execute((_HERE / "views.sql").read_text(encoding="utf-8"))

    def raw_rows(self) -> int:
        """Return how many rows the platform sent."""
        ((count,),) = self.connection.execute("SELECT count(*) FROM pos_raw").fetchall()
        return int(count)

    def left_out(self) -> dict[str, int]:
        """Return how many rows become no event, by the reason."""
        return dict(self.connection.execute("FROM pos_left_out").fetchall())

    def records(self, stream: str) -> list[dict[str, Any]]:
        """Return the records of one view by column."""
        cursor = self.connection.execute(f"FROM {stream}")
        columns = [column[0] for column in cursor.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


@contextmanager
def new_warehouse(file: Path, rows: Path = SAMPLE) -> Iterator[Warehouse]:
    """Yield a warehouse freshly filled with a file of raw rows, one JSON object a line."""
    with duckdb.connect(str(file)) as connection:
        yield Warehouse(connection, rows)
