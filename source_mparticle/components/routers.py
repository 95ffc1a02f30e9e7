"""Split a stream into the requests it needs, from the records of its parents.

FanOut                one request for each record of the parent
├── WorkspaceFanOut           for each workspace that the user wants
├── WorkspaceServiceFanOut    for each of those workspaces and each service
├── AppPlatformFanOut         for each platform of each app
└── AppServiceFanOut          for each app and each service that is set up on one of its platforms
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from airbyte_cdk.sources.declarative.partition_routers.substream_partition_router import SubstreamPartitionRouter
from airbyte_cdk.sources.types import StreamSlice

from source_mparticle.api.workspaces import selected_workspaces
from source_mparticle.components.traced import as_trace
from source_mparticle.sync import Sync

_logger = logging.getLogger("airbyte")


@dataclass
class FanOut(SubstreamPartitionRouter):
    """One slice for each record of the parent. Says how many requests that makes before the first is sent."""

    stream: str = ""

    def __post_init__(self, parameters: Mapping[str, Any]) -> None:
        super().__post_init__(parameters)
        self._once = Sync.of(self.config).once

    def stream_slices(self) -> Iterable[StreamSlice]:
        """The slices, all known before the first is read."""
        slices = self.arranged(list(super().stream_slices()))
        # Once: the children of a stream work its slices out again, but share its answers.
        self._once.do((self.stream, "requests"), lambda: _logger.info("%s: %d requests.", self.stream, len(slices)))
        return slices

    def arranged(self, slices: list[StreamSlice]) -> list[StreamSlice]:
        """The slices to read, made of those of the parents; here they are the same."""
        return slices

    def wanted_workspaces(self, slices: list[StreamSlice]) -> list[StreamSlice]:
        """The slices of the workspaces that the user wants.

        The ids are looked up in the account's own list even when they are configured, because mParticle's answer to an
        unknown id is not documented and must not look like a workspace without data.
        """
        by_id = {str(each.partition["workspace_id"]): each for each in slices}
        with as_trace():
            chosen = selected_workspaces(self.config.get("workspace_ids"), list(by_id), self.config["account_id"])
        return [by_id[workspace_id] for workspace_id in chosen]


@dataclass
class WorkspaceFanOut(FanOut):
    """The account's workspaces, or those of them that `workspace_ids` names."""

    def arranged(self, slices: list[StreamSlice]) -> list[StreamSlice]:
        """The wanted slices. Raises the trace of a workspace id that the account does not have."""
        return self.wanted_workspaces(slices)


@dataclass
class WorkspaceServiceFanOut(FanOut):
    """Every wanted workspace with every service. The parents are `workspaces` and `services`."""

    def arranged(self, slices: list[StreamSlice]) -> list[StreamSlice]:
        """One slice for each pair, with the keys `workspace_id` and `module_name`."""
        workspaces = self.wanted_workspaces([each for each in slices if "workspace_id" in each.partition])
        modules = [each.partition["module_name"] for each in slices if "module_name" in each.partition]
        return [
            _slice(workspace_id=workspace.partition["workspace_id"], module_name=module)
            for workspace in workspaces
            for module in modules
        ]


@dataclass
class AppPlatformFanOut(FanOut):
    """The platforms that the list of apps names, so that they need no request of their own. The parent is `apps`."""

    def arranged(self, slices: list[StreamSlice]) -> list[StreamSlice]:
        """One slice for each platform, with the keys `application_id` and `os` (in lower case, as in paths)."""
        return [
            _slice(application_id=app.partition["application_id"], os=platform["os"].lower())
            for app in slices
            for platform in app.extra_fields.get("platforms") or ()
            if platform.get("os")
        ]


@dataclass
class AppServiceFanOut(FanOut):
    """The services that are set up on any platform of an app. The parent is `app_platform_services`."""

    def arranged(self, slices: list[StreamSlice]) -> list[StreamSlice]:
        """One slice for each app and service, however many platforms and accounts of the service there are."""
        pairs = dict.fromkeys((each.extra_fields["application_id"], each.partition["module_name"]) for each in slices)
        return [_slice(application_id=application_id, module_name=module) for application_id, module in pairs]


def _slice(**partition: Any) -> StreamSlice:
    return StreamSlice(partition=partition, cursor_slice={})
