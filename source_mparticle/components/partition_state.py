"""Keeps a partition that is new to a connection from being taken for one already read."""

from collections.abc import Mapping
from dataclasses import InitVar, dataclass
from typing import Any

from airbyte_cdk.sources.declarative.migrations.state_migration import StateMigration


@dataclass
class CursorOfEachPartition(StateMigration):
    """Drops the cursor that the CDK keeps across all partitions beside the cursor of each.

    The CDK would start a workspace or an app without a cursor of its own at the latest change of any other, and so
    leave out whatever it holds that is older.
    """

    parameters: InitVar[Mapping[str, Any]]

    def should_migrate(self, stream_state: Mapping[str, Any]) -> bool:
        """True for a saved state with both kinds of cursor."""
        return "states" in stream_state and "state" in stream_state

    def migrate(self, stream_state: Mapping[str, Any]) -> Mapping[str, Any]:
        """The same state without the common cursor."""
        return {key: value for key, value in stream_state.items() if key != "state"}
