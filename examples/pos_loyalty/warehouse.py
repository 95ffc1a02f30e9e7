"""The platform's raw rows in DuckDB, and the views that shape them into records."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

_HERE = Path(__file__).parent
STREAMS = ("loyalty_purchases", "loyalty_events")


class Warehouse:
    """An open DuckDB file with the raw rows and the views."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        # The file's name is ours, and DuckDB cannot bind a parameter here.
        self._connection.execute(
            f"CREATE TABLE pos_raw AS SELECT json AS raw FROM read_json_objects('{_HERE / 'rows.jsonl'}')"  # noqa: S608
        )
        self._connection.execute((_HERE / "views.sql").read_text(encoding="utf-8"))

    def raw_rows(self) -> int:
        """Return how many rows the platform sent."""
        ((count,),) = self._connection.execute("SELECT count(*) FROM pos_raw").fetchall()
        return int(count)

    def records(self, stream: str) -> list[dict[str, Any]]:
        """Return the records of one view by column."""
        cursor = self._connection.execute(f"FROM {stream}")
        columns = [column[0] for column in cursor.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


@contextmanager
def new_warehouse(file: Path) -> Iterator[Warehouse]:
    """Yield a freshly filled warehouse."""
    with duckdb.connect(str(file)) as connection:
        yield Warehouse(connection)
