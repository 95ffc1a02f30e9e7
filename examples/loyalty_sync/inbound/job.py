"""The way back: what mParticle exports is read into the warehouse, and becomes the loyalty platform's queue."""

from pathlib import Path
from typing import Any

import duckdb

from examples.exports.reader import ExportReader

_HERE = Path(__file__).parent
_TABLES = ("settings", "associations", "fields")


class Inbound:
    """The queue in the warehouse that has the platform's tables.

    `exports`: the folder that mParticle exports to. `files`: a folder that it makes, for what the reader keeps. Raises
    DemoError where the exports cannot be read.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, exports: Path, files: Path) -> None:
        self._connection = connection
        self._reader = ExportReader(exports, ["events"], files)
        # Once before the views, which need the table.
        self.records = self._reader.read(connection)
        for table in _TABLES:
            connection.read_csv(str(_HERE / f"{table}.csv"), all_varchar=True).create(f"inbound_{table}")
        self._run("queue.sql")

    def read_again(self) -> int:
        """Read what was exported since, and return how many records that were."""
        return self._reader.read(self._connection)

    def waiting(self) -> int:
        """Return how many loyalty events wait in the queue."""
        ((count,),) = self._connection.execute("SELECT count(*) FROM inbound_queue").fetchall()
        return int(count)

    def work_off(self) -> None:
        """Let the platform take everything that waits, in order."""
        self._run("work_off.sql")

    def events(self) -> int:
        """Return how many different events were read."""
        ((count,),) = self._connection.execute("SELECT count(*) FROM mparticle.events").fetchall()
        return int(count)

    def registered(self) -> list[tuple[Any, ...]]:
        """Return what the platform has taken, in order: number, loyalty environment, member, loyalty event and data."""
        return self._connection.execute(
            "SELECT number, loyalty_environment, member_id, loyalty_event, data FROM inbound_registered ORDER BY number"
        ).fetchall()

    def report(self) -> list[tuple[Any, ...]]:
        """Return outcome, environment, event and count: what became of every event."""
        return self._connection.execute("FROM inbound_report").fetchall()

    def missing_fields(self) -> list[tuple[Any, ...]]:
        """Return loyalty event, field and count: which fields the events did not have."""
        return self._connection.execute("FROM inbound_missing_fields").fetchall()

    def _run(self, file: str) -> None:
        self._connection.execute((_HERE / file).read_text(encoding="utf-8"))
