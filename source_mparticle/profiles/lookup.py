"""Asks the Profile API for one user."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from source_mparticle.api.answers import Answer
from source_mparticle.api.client import Client
from source_mparticle.api.envelope import record_of
from source_mparticle.api.pace import Pace
from source_mparticle.profiles.options import MPID, ProfileOptions

# mParticle allows 15 requests a second to begin with. One less, so that a late and an early one do not make sixteen.
REQUESTS_PER_SECOND = 14.0
GRANT = "Profile API"
# One request answers everything that is documented, so both streams are served by it.
FIELDS = "device_identities,user_identities,user_attributes,audience_memberships,attribution"
# What stands for a user that mParticle does not know. The documents say 400; the service answers 404 to a resolution.
# A 404 to a look-up by MPID has not been seen for an unknown user, so it stays what it is elsewhere: a wrong place.
UNKNOWN_MPID = (400,)
UNKNOWN_IDENTITY = (400, 404)


class ProfileLookup:
    """Looks users up by MPID, or by another identity that the workspace's strategy resolves."""

    def __init__(
        self,
        options: ProfileOptions,
        api_url: str,
        client: Client,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._options = options
        self._client = client
        self._unknown = UNKNOWN_MPID if options.identity_type == MPID else UNKNOWN_IDENTITY
        self._base = f"{api_url}/userprofile/v1"
        self._place = f"{options.org_id}/{options.account_id}/{options.workspace_id}"
        self._pace = Pace(REQUESTS_PER_SECOND, time.monotonic, sleep)

    def profile(self, identity: str) -> Mapping[str, Any] | None:
        """The profile as mParticle sends it, or None for a user it does not know.

        mParticle answers 400 to bad syntax too. Raises a `MparticleError` for every other failure.
        """
        self._pace.wait()
        answer = self._answer(identity)
        return None if answer.status in self._unknown else record_of(answer)

    def _answer(self, identity: str) -> Answer:
        # The address of a look-up by MPID is that user's identity, so problems name the API alone.
        known: dict[str, Any] = {"grant": GRANT, "endpoint": GRANT, "expected": self._unknown, "shown": self._base}
        fields = {"fields": FIELDS}
        if self._options.identity_type == MPID:
            return self._client.get(f"{self._base}/{self._place}/{identity}", fields, **known)
        body = {
            "environment_type": self._options.environment,
            "identity": {"type": self._options.identity_type, "value": identity},
        }
        return self._client.post(f"{self._base}/resolve/{self._place}", fields, body, **known)
