"""Partition routers: split a stream into the requests it needs, from the records of its parents.

ParentPartitionRouter                  one request for each record of the parent
├── WorkspacePartitionRouter           for each workspace that the user wants
│   └── WorkspaceServicePartitionRouter    and each service
├── AppPlatformPartitionRouter         for each platform of each app
└── AppServicePartitionRouter          for each app and each service that is set up on one of its platforms
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

from source_mparticle.api.errors import AccessRefused, no_platforms
from source_mparticle.api.partition_outcomes import PartitionOutcomes
from source_mparticle.api.workspaces import selected_workspaces
from source_mparticle.sync import Sync
from source_mparticle.traced_errors import traced_errors

_logger = logging.getLogger("airbyte")
# At debug level the CDK's routers log what they take from records. Theirs is the only logger held back.
logging.getLogger("airbyte.SubstreamPartitionRouter").setLevel(logging.INFO)

# What a slice carries: the outcomes that its response is counted in, and whether a 404 for all slices means no rows.
OUTCOMES = "outcomes"
MISSING_IS_NORMAL = "missing_is_normal"


@dataclass
class ParentPartitionRouter(SubstreamPartitionRouter):
    """One slice for each record of the parent. Says how many requests that makes before the first is sent.

    `missing_is_normal` is a condition on the config under which a 404 for every slice means no rows. `label` names the
    stream in the log and in errors where its name is that of another one.
    `unique_across_parents` says that the parent's key alone makes the request, whichever parent it was found below.
    """

    name: str = ""
    label: str = ""
    missing_is_normal: str = "False"
    unique_across_parents: bool = False

    def __post_init__(self, parameters: Mapping[str, Any]) -> None:
        super().__post_init__(parameters)
        self._stream = self.label or self.name
        self._single_flight = Sync.of(self.config).single_flight
        normal = InterpolatedBoolean(self.missing_is_normal, parameters=parameters)
        self._missing_is_normal = bool(normal.eval(self.config))

    def stream_slices(self) -> Iterable[StreamSlice]:
        """The slices, all known before the first is read, each with the outcomes of all."""
        with self._named_in_refusals():
            slices = self.arrange(list(super().stream_slices()))
        unique: dict[str, StreamSlice] = {}
        for each in slices:
            unique.setdefault(self._request_of(each), each)
        # Once: the children of a stream compute its slices again, but share its responses.
        self._single_flight.do(
            (self._stream, "requests"), lambda: _logger.info("%s: %d requests.", self._stream, len(unique))
        )
        shared = {
            OUTCOMES: PartitionOutcomes(self._stream, len(unique), _logger.info),
            MISSING_IS_NORMAL: self._missing_is_normal,
        }
        return [
            StreamSlice(partition=each.partition, cursor_slice={}, extra_fields={**each.extra_fields, **shared})
            for each in unique.values()
        ]

    def arrange(self, slices: list[StreamSlice]) -> list[StreamSlice]:
        """The slices to read, made of those of the parents; here they are the same."""
        return slices

    def _request_of(self, each: StreamSlice) -> str:
        """What tells two requests apart: a list that names something twice does not make two requests."""
        own = {key: value for key, value in each.partition.items() if key != "parent_slice"}
        return repr(own if self.unique_across_parents else dict(each.partition))

    @contextmanager
    def _named_in_refusals(self) -> Iterator[None]:
        """A list that may not be read stops the streams that are read from it: name the stream."""
        try:
            yield
        except AirbyteTracedException as error:
            if not isinstance(error.__cause__, AccessRefused):
                raise
            with traced_errors():
                raise error.__cause__.for_stream(self._stream) from error


@dataclass
class WorkspacePartitionRouter(ParentPartitionRouter):
    """The account's workspaces, or those of them that `workspace_ids` names."""

    def arrange(self, slices: list[StreamSlice]) -> list[StreamSlice]:
        """The wanted slices. Raises the trace of a workspace id that the account does not have."""
        return self.wanted_workspaces(slices)

    def wanted_workspaces(self, slices: list[StreamSlice]) -> list[StreamSlice]:
        """The slices of the workspaces that the user wants.

        The ids are looked up in the account's own list even when they are configured, because mParticle's response to
        an unknown id is not documented and must not look like a workspace without data.
        """
        by_id = {str(each.partition["workspace_id"]): each for each in slices}
        with traced_errors():
            chosen = selected_workspaces(self.config.get("workspace_ids"), list(by_id), self.config["account_id"])
        return [by_id[workspace_id] for workspace_id in chosen]


@dataclass
class WorkspaceServicePartitionRouter(WorkspacePartitionRouter):
    """Every wanted workspace with every service. The parents are `workspaces` and `services`."""

    def arrange(self, slices: list[StreamSlice]) -> list[StreamSlice]:
        """One slice for each pair, with the keys `workspace_id` and `module_name`."""
        workspaces = self.wanted_workspaces([each for each in slices if "workspace_id" in each.partition])
        modules = [each.partition["module_name"] for each in slices if "module_name" in each.partition]
        return [
            _slice(workspace_id=workspace.partition["workspace_id"], module_name=module)
            for workspace in workspaces
            for module in modules
        ]


@dataclass
class AppPlatformPartitionRouter(ParentPartitionRouter):
    """The platforms that the list of apps names, so that they need no request of their own. The parent is `apps`."""

    def arrange(self, slices: list[StreamSlice]) -> list[StreamSlice]:
        """One slice for each platform, with the keys `application_id` and `os` (in lower case, as in paths)."""
        with traced_errors():
            return [
                _slice(application_id=app.partition["application_id"], os=system)
                for app in slices
                for system in _systems(app.extra_fields.get("platforms"))
            ]


@dataclass
class AppServicePartitionRouter(ParentPartitionRouter):
    """The services that are set up on any platform of an app. The parent is `app_platform_services`."""

    def arrange(self, slices: list[StreamSlice]) -> list[StreamSlice]:
        """One slice for each app and service, however many platforms and accounts of the service there are."""
        pairs = dict.fromkeys((each.extra_fields["application_id"], each.partition["module_name"]) for each in slices)
        return [_slice(application_id=application_id, module_name=module) for application_id, module in pairs]


def partition_value(partition: Mapping[str, Any], name: str) -> Any:
    """The value of this name in a partition or in its parent partitions; None where none has it."""
    within: Any = partition
    while isinstance(within, Mapping):
        if name in within:
            return within[name]
        within = within.get("parent_slice")
    return None


def _systems(platforms: Any) -> list[str]:
    """The operating systems of an app. Raises `UnexpectedResponse` where the list does not name them all."""
    if not isinstance(platforms, list):
        raise no_platforms()
    systems = [platform.get("os") if isinstance(platform, dict) else None for platform in platforms]
    if not all(isinstance(system, str) and system for system in systems):
        raise no_platforms()
    return [str(system).lower() for system in systems]


def _slice(**partition: Any) -> StreamSlice:
    return StreamSlice(partition=partition, cursor_slice={})
