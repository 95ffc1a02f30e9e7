"""Split a stream into the requests it needs, from the records of its parents.

FanOut                one request for each record of the parent
├── WorkspaceFanOut           for each workspace that the user wants
├── WorkspaceServiceFanOut    for each of those workspaces and each service
├── AppPlatformFanOut         for each platform of each app
└── AppServiceFanOut          for each app and each service that is set up on one of its platforms
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from airbyte_cdk.sources.declarative.interpolation import InterpolatedBoolean
from airbyte_cdk.sources.declarative.partition_routers.substream_partition_router import SubstreamPartitionRouter
from airbyte_cdk.sources.types import StreamSlice
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_mparticle.api.problems import AccessRefused, no_platforms
from source_mparticle.api.tally import Tally
from source_mparticle.api.workspaces import selected_workspaces
from source_mparticle.components.traced import as_trace
from source_mparticle.sync import Sync

_logger = logging.getLogger("airbyte")
# At debug level the CDK's routers log what they take from records. Theirs is the only logger held back.
logging.getLogger("airbyte.SubstreamPartitionRouter").setLevel(logging.INFO)

# What a slice carries: the tally that its answer is counted in, and whether a 404 for all slices stands for no rows.
TALLY = "tally"
MISSING_IS_NORMAL = "missing_is_normal"


@dataclass
class FanOut(SubstreamPartitionRouter):
    """One slice for each record of the parent. Says how many requests that makes before the first is sent.

    `missing_is_normal` is a condition on the config under which a 404 for every slice stands for no rows.
    `unique_across_parents` says that the parent's key alone makes the request, whichever parent it was found below.
    """

    stream: str = ""
    missing_is_normal: str = "False"
    unique_across_parents: bool = False

    def __post_init__(self, parameters: Mapping[str, Any]) -> None:
        super().__post_init__(parameters)
        self._once = Sync.of(self.config).once
        normal = InterpolatedBoolean(self.missing_is_normal, parameters=parameters)
        self._missing_is_normal = bool(normal.eval(self.config))

    def stream_slices(self) -> Iterable[StreamSlice]:
        """The slices, all known before the first is read, each with the tally of all."""
        with self._named_in_refusals():
            slices = self.arranged(list(super().stream_slices()))
        unique: dict[str, StreamSlice] = {}
        for each in slices:
            unique.setdefault(self._request_of(each), each)
        # Once: the children of a stream work its slices out again, but share its answers.
        self._once.do((self.stream, "requests"), lambda: _logger.info("%s: %d requests.", self.stream, len(unique)))
        shared = {TALLY: Tally(self.stream, len(unique), _logger.info), MISSING_IS_NORMAL: self._missing_is_normal}
        return [
            StreamSlice(partition=each.partition, cursor_slice={}, extra_fields={**each.extra_fields, **shared})
            for each in unique.values()
        ]

    def arranged(self, slices: list[StreamSlice]) -> list[StreamSlice]:
        """The slices to read, made of those of the parents; here they are the same."""
        return slices

    def _request_of(self, each: StreamSlice) -> str:
        """What tells two requests apart: a list that names something twice is no reason to ask twice."""
        own = {key: value for key, value in each.partition.items() if key != "parent_slice"}
        return repr(own if self.unique_across_parents else dict(each.partition))

    @contextmanager
    def _named_in_refusals(self) -> Iterator[None]:
        """A list that may not be read stops what is read from it: say which stream that is."""
        try:
            yield
        except AirbyteTracedException as error:
            if not isinstance(error.__cause__, AccessRefused):
                raise
            with as_trace():
                raise error.__cause__.for_stream(self.stream) from error

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
        with as_trace():
            return [
                _slice(application_id=app.partition["application_id"], os=system)
                for app in slices
                for system in _systems(app.extra_fields.get("platforms"))
            ]


@dataclass
class AppServiceFanOut(FanOut):
    """The services that are set up on any platform of an app. The parent is `app_platform_services`."""

    def arranged(self, slices: list[StreamSlice]) -> list[StreamSlice]:
        """One slice for each app and service, however many platforms and accounts of the service there are."""
        pairs = dict.fromkeys((each.extra_fields["application_id"], each.partition["module_name"]) for each in slices)
        return [_slice(application_id=application_id, module_name=module) for application_id, module in pairs]


def _systems(platforms: Any) -> list[str]:
    """The operating systems of an app. Raises `UnexpectedAnswer` where the list does not name them all."""
    if not isinstance(platforms, list):
        raise no_platforms()
    systems = [platform.get("os") if isinstance(platform, dict) else None for platform in platforms]
    if not all(isinstance(system, str) and system for system in systems):
        raise no_platforms()
    return [str(system).lower() for system in systems]


def _slice(**partition: Any) -> StreamSlice:
    return StreamSlice(partition=partition, cursor_slice={})
