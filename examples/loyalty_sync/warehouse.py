"""The warehouse: a DuckDB file with the loyalty platform's tables, and the views that shape them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

_HERE = Path(__file__).parent
_MAPPING_TABLES = ("event_associations", "event_fields")


class Warehouse:
    """The tables and views of one open DuckDB file."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def members(self) -> list[dict[str, Any]]:
        """Return every member by column."""
        return self._rows("SELECT * FROM loyalty_members")

    def events(self, after: int = 0) -> list[dict[str, Any]]:
        """Return the events that have an association and came after that sequence number, oldest first."""
        return self._rows("SELECT * FROM loyalty_events WHERE sequence > ?", [after])

    def left_out(self) -> dict[str, int]:
        """Return how many events have no association, by their name."""
        return dict(self.connection.execute("FROM events_without_association").fetchall())

    def let_time_pass(self) -> None:
        """Add the events that happen after the first delivery."""
        self._run("late_events.sql")

    def app_batches(self) -> list[str]:
        """Return the batches of events, as JSON, that another system sends to mParticle."""
        self._run("inbound/app_events.sql")
        return [batch for (batch,) in self.connection.execute("SELECT batch FROM app_batches").fetchall()]

    def fill(self, today: date) -> None:
        """Make the tables, read the two mapping files, make the views."""
        # DuckDB cannot bind a parameter here; a date's own form holds nothing that could be misread.
        self.connection.execute(f"SET VARIABLE today = '{today.isoformat()}'")
        self._run("seed.sql")
        for table in _MAPPING_TABLES:
            self.connection.read_csv(str(_HERE / f"{table}.csv"), all_varchar=True).create(table)
        self._run("views.sql")

    def _run(self, file: str) -> None:
        self.connection.execute((_HERE / file).read_text(encoding="utf-8"))

    def _rows(self, query: str, parameters: list[Any] | None = None) -> list[dict[str, Any]]:
        cursor = self.connection.execute(query, parameters)
        columns = [column[0] for column in cursor.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


@contextmanager
def new_warehouse(file: Path, today: date) -> Iterator[Warehouse]:
    """Yield a freshly made warehouse whose events happened shortly before `today`."""
    with duckdb.connect(str(file)) as connection:
        warehouse = Warehouse(connection)
        warehouse.fill(today)
        yield warehouse
