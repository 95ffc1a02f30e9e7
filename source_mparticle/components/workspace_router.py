"""Splits a stream into one partition for each workspace that the user wants."""

from collections.abc import Iterable
from dataclasses import dataclass

from airbyte_cdk.sources.declarative.partition_routers.substream_partition_router import SubstreamPartitionRouter
from airbyte_cdk.sources.types import StreamSlice

from source_mparticle.api.workspaces import selected_workspaces
from source_mparticle.components.traced import as_trace

PARTITION_FIELD = "workspace_id"


@dataclass
class WorkspaceRouter(SubstreamPartitionRouter):
    """The account's workspaces, or those of them that `workspace_ids` names.

    The ids are looked up in the account's own list even when they are configured, because mParticle's answer to an
    unknown id is not documented and must not look like a workspace without data.
    """

    def stream_slices(self) -> Iterable[StreamSlice]:
        """One slice for each workspace. Raises the trace of a workspace id that the account does not have."""
        slices = {str(each.partition[PARTITION_FIELD]): each for each in super().stream_slices()}
        with as_trace():
            chosen = selected_workspaces(self.config.get("workspace_ids"), list(slices), self.config["account_id"])
        return [slices[workspace_id] for workspace_id in chosen]
