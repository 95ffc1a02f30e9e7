"""Which profile streams a configuration offers."""

from collections.abc import Collection, Mapping
from typing import Any

from airbyte_cdk.sources.message import MessageRepository

from source_mparticle.profiles.lookup import ProfileLookup
from source_mparticle.profiles.options import ProfileOptions
from source_mparticle.profiles.shared_profiles import SharedProfiles
from source_mparticle.profiles.streams import AudienceMemberships, ProfileStream, UserProfiles
from source_mparticle.sync import Sync

STREAMS = (UserProfiles, AudienceMemberships)


def offered_streams(
    config: Mapping[str, Any], selected: Collection[str], messages: MessageRepository
) -> list[ProfileStream]:
    """Both streams where an organization and identities are configured, none otherwise.

    `selected` names the streams of the sync, and so tells how many will read each profile.
    """
    options = ProfileOptions.of(config)
    if options is None:
        return []
    lookup = ProfileLookup(options, config["api_url"], Sync.of(config).client)
    readers = sum(stream.stream in selected for stream in STREAMS)
    profiles = SharedProfiles(options, lookup, readers)
    return [stream(profiles, options.workspace_id, messages) for stream in STREAMS]
