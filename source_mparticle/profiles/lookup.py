"""Looks one user up in the Profile API."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from source_mparticle.api.client import Client
from source_mparticle.api.envelope import record_of
from source_mparticle.api.errors import PROFILE_API
from source_mparticle.api.rate_limiter import RateLimiter
from source_mparticle.api.response import ApiResponse
from source_mparticle.configuration.validation import MPID
from source_mparticle.profiles.options import ProfileOptions

# What mParticle allows to begin with. One less is sent, so that a late and an early request do not exceed it.
ALLOWED_PER_SECOND = 15
REQUESTS_PER_SECOND = ALLOWED_PER_SECOND - 1.0
# One response holds everything that is documented, so it serves both streams.
FIELDS = "device_identities,user_identities,user_attributes,audience_memberships,attribution"
# Statuses for an unknown user. The documentation says 400; the service answers 404 to a resolution.
UNKNOWN = (400, 404)


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
        self._base = f"{api_url}/userprofile/v1"
        self._place = f"{options.org_id}/{options.account_id}/{options.workspace_id}"
        self._rate_limiter = RateLimiter(REQUESTS_PER_SECOND, time.monotonic, sleep)

    def profile(self, identity: str) -> Mapping[str, Any] | None:
        """The profile as mParticle sends it, or None for a user it does not know.

        mParticle answers 400 to bad syntax too. Raises a `MparticleError` for every other failure.
        """
        self._rate_limiter.wait()
        response = self._response(identity)
        return None if response.status in UNKNOWN else record_of(response)

    def _response(self, identity: str) -> ApiResponse:
        # The URL of a look-up by MPID holds that identity, so errors name the API alone.
        options: dict[str, Any] = {
            "grant": PROFILE_API,
            "endpoint": PROFILE_API,
            "expected": UNKNOWN,
            "shown": self._base,
        }
        fields = {"fields": FIELDS}
        if self._options.identity_type == MPID:
            return self._client.get(f"{self._base}/{self._place}/{identity}", fields, **options)
        body = {
            "environment_type": self._options.environment,
            "identity": {"type": self._options.identity_type, "value": identity},
        }
        return self._client.post(f"{self._base}/resolve/{self._place}", fields, body, **options)
