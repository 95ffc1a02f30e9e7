"""The streams `user_profiles` and `audience_memberships`: they look users up one at a time."""

import json
import logging
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any, ClassVar

from airbyte_cdk.sources.message import MessageRepository
from airbyte_cdk.sources.streams.concurrent.cursor import FinalStateCursor
from airbyte_cdk.sources.streams.concurrent.default_stream import DefaultStream
from airbyte_cdk.sources.streams.concurrent.partitions.partition import Partition
from airbyte_cdk.sources.streams.concurrent.partitions.partition_generator import PartitionGenerator
from airbyte_cdk.sources.types import Record

from source_mparticle.api.partition_outcomes import PartitionOutcomes
from source_mparticle.profiles import errors
from source_mparticle.profiles.lookup import ProfileLookup
from source_mparticle.profiles.options import ProfileOptions
from source_mparticle.profiles.records import membership_records, memberships_of, profile_record
from source_mparticle.profiles.shared_profiles import SharedProfiles
from source_mparticle.sync import Sync
from source_mparticle.traced_errors import traced_errors

_logger = logging.getLogger("airbyte")

# Few enough to spread users over the workers, enough to keep partitions few.
USERS_IN_A_PARTITION = 20


class ProfileStream(DefaultStream, PartitionGenerator):
    """A stream of what the profiles of the configured users hold, twenty users a partition."""

    stream: ClassVar[str]
    key: ClassVar[list[str]]

    def __init__(self, profiles: SharedProfiles, workspace_id: str, messages: MessageRepository) -> None:
        self._profiles = profiles
        self._workspace_id = int(workspace_id)
        self._lock = Lock()
        super().__init__(
            partition_generator=self,
            name=self.stream,
            json_schema=json.loads((Path(__file__).parent / "schemas" / f"{self.stream}.json").read_text()),
            primary_key=self.key,
            cursor_field=None,
            logger=_logger,
            cursor=FinalStateCursor(self.stream, None, messages),
        )

    def generate(self) -> Iterable[Partition]:
        """The partitions. Raises the trace of identities that cannot be read."""
        with traced_errors():
            wanted = self._profiles.wanted
        self._outcomes = PartitionOutcomes(self.stream, len(wanted), _logger.info, "users")
        self._read: set[int] = set()
        for start in range(0, len(wanted), USERS_IN_A_PARTITION):
            yield _UsersPartition(self, start, wanted[start : start + USERS_IN_A_PARTITION])

    def read_users(self, wanted: list[str]) -> Iterable[dict[str, Any]]:
        """The records of these users. Raises the trace of a failed look-up, and of look-ups that found nobody."""
        with traced_errors():
            for profile in self._profiles.read(wanted):
                if profile is None:
                    self._outcomes.missing("unknown to mParticle", errors.nobody_known())
                elif not self.is_whole(profile):
                    self._outcomes.missing(
                        "without what the stream is made of", errors.incomplete_profiles(self.stream)
                    )
                else:
                    if self._is_first_of(profile):
                        yield from self.records(profile, self._workspace_id)
                    self._outcomes.found()

    def is_whole(self, profile: Mapping[str, Any]) -> bool:
        """Whether the profile has its MPID. Raises `UnexpectedResponse` for one of another type."""
        mpid = profile.get("mpid")
        if mpid is not None and (isinstance(mpid, bool) or not isinstance(mpid, int)):
            raise errors.incomplete_profiles(self.stream)
        return mpid is not None

    def records(self, profile: Mapping[str, Any], workspace_id: int) -> list[dict[str, Any]]:
        """The records that one profile becomes."""
        raise NotImplementedError

    def _is_first_of(self, profile: Mapping[str, Any]) -> bool:
        """Several identities may be of one user, who is one row."""
        with self._lock:
            first = profile["mpid"] not in self._read
            self._read.add(profile["mpid"])
        return first


class UserProfiles(ProfileStream):
    """One record for each user that mParticle knows."""

    stream = "user_profiles"
    key: ClassVar[list[str]] = ["workspace_id", "mpid"]

    def records(self, profile: Mapping[str, Any], workspace_id: int) -> list[dict[str, Any]]:
        """The profile, without its memberships."""
        return [profile_record(profile, workspace_id)]


class AudienceMemberships(ProfileStream):
    """One record for each user and audience that the user is a member of."""

    stream = "audience_memberships"
    key: ClassVar[list[str]] = ["workspace_id", "mpid", "audience_id"]

    def is_whole(self, profile: Mapping[str, Any]) -> bool:
        """Whether the profile has its MPID and its list of memberships, which may be empty."""
        return super().is_whole(profile) and memberships_of(profile) is not None

    def records(self, profile: Mapping[str, Any], workspace_id: int) -> list[dict[str, Any]]:
        """The memberships of the profile. Raises `UnexpectedResponse` for one without its audience."""
        return membership_records(profile, workspace_id)


class _UsersPartition(Partition):
    def __init__(self, stream: ProfileStream, start: int, wanted: list[str]) -> None:
        self._stream = stream
        self._start = start
        self._wanted = wanted

    def read(self) -> Iterable[Record]:
        for record in self._stream.read_users(self._wanted):
            yield Record(record, self._stream.name)

    def to_slice(self) -> Mapping[str, Any]:
        # Logged by the CDK, so by position and not by identity.
        return {"users_from": self._start, "users": len(self._wanted)}

    def stream_name(self) -> str:
        return self._stream.name

    def __hash__(self) -> int:
        return hash((self._stream.name, self._start))


PROFILE_STREAMS = (UserProfiles, AudienceMemberships)


def profile_streams(
    config: Mapping[str, Any], selected: Collection[str], messages: MessageRepository
) -> list[ProfileStream]:
    """Both streams where an organization and identities are configured, none otherwise.

    `selected` names the streams of the sync, and so tells how many will read each profile.
    """
    options = ProfileOptions.of(config)
    if options is None:
        return []
    lookup = ProfileLookup(options, config["api_url"], Sync.of(config).client)
    readers = sum(stream.stream in selected for stream in PROFILE_STREAMS)
    profiles = SharedProfiles(options, lookup, readers)
    return [stream(profiles, options.workspace_id, messages) for stream in PROFILE_STREAMS]
