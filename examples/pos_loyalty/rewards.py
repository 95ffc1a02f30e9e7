"""The way back: who entered one of mParticle's audiences gets the reward that belongs to it."""

from pathlib import Path
from typing import Any

import duckdb

from examples.exports.reader import ExportReader

_HERE = Path(__file__).parent


class Rewards:
    """The rewards in a warehouse, from a folder that mParticle exports audiences to.

    `files`: a folder that it makes, for what the reader keeps. Raises DemoError where the exports cannot be read.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, exports: Path, files: Path) -> None:
        self._connection = connection
        self._reader = ExportReader(exports, ["audience_membership_changes"], files)
        # Once before the views, which need the table.
        self.records = self._reader.read(connection)
        connection.read_csv(str(_HERE / "reward_actions.csv"), all_varchar=True).create("reward_actions")
        self._run("rewards.sql")

    def read_again(self) -> int:
        """Read what was exported since, and return how many records that were."""
        return self._reader.read(self._connection)

    def issue(self) -> None:
        """Hand over what is due."""
        self._run("issue_rewards.sql")

    def issued(self) -> list[tuple[Any, ...]]:
        """Return what was handed over, in order: number, connector id, action reference, identity type and identity."""
        return self._connection.execute(
            "SELECT number, connector_id, action_reference, identity_type, identity FROM rewards_issued ORDER BY number"
        ).fetchall()

    def report(self) -> list[tuple[Any, ...]]:
        """Return outcome, audience and count: what became of every change of a membership."""
        return self._connection.execute("FROM reward_report").fetchall()

    def _run(self, file: str) -> None:
        self._connection.execute((_HERE / file).read_text(encoding="utf-8"))
