"""Asks the Profile API for one user."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import requests

from source_mparticle.api import problems
from source_mparticle.api.answers import problem_of
from source_mparticle.api.bearer import BearerAuth
from source_mparticle.api.envelope import record_of
from source_mparticle.api.pace import Pace
from source_mparticle.api.retry import tried_again
from source_mparticle.profiles.options import MPID, ProfileOptions

# mParticle allows 15 requests a second to begin with. One less, so that a late and an early one do not make sixteen.
REQUESTS_PER_SECOND = 14.0
TIMEOUT_SECONDS = (10.0, 60.0)
WAITS_SECONDS = (1.0, 2.0, 4.0, 8.0, 16.0)
GRANT = "Profile API"
# One request answers everything that is documented, so both streams are served by it.
FIELDS = "device_identities,user_identities,user_attributes,audience_memberships,attribution"
# What stands for a user that mParticle does not know. The documents say 400; the service answers 404 to a resolution.
UNKNOWN = (400, 404)


class ProfileLookup:
    """Looks users up by MPID, or by another identity that the workspace's strategy resolves."""

    def __init__(
        self,
        options: ProfileOptions,
        api_url: str,
        auth: BearerAuth,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._options = options
        self._session = requests.Session()
        self._session.auth = auth
        self._base = f"{api_url}/userprofile/v1"
        self._place = f"{options.org_id}/{options.account_id}/{options.workspace_id}"
        self._sleep = sleep
        self._pace = Pace(REQUESTS_PER_SECOND, time.monotonic, sleep)

    def profile(self, identity: str) -> Mapping[str, Any] | None:
        """The profile as mParticle sends it, or None for a user it does not know.

        mParticle answers 400 to bad syntax too. Raises a `MparticleError` for every other failure.
        """
        return tried_again(lambda: self._ask_once(identity), WAITS_SECONDS, self._sleep)

    def _ask_once(self, identity: str) -> Mapping[str, Any] | None:
        self._pace.wait()
        try:
            answer = self._session.send(self._request(identity), timeout=TIMEOUT_SECONDS)
        except requests.RequestException:
            # Without its cause, whose message holds the identity.
            raise problems.unreachable(self._base, "API URL") from None
        if answer.status_code in UNKNOWN:
            return None
        # The address of a lookup by MPID is that user's identity, so problems name the API alone.
        problem = problem_of(answer, self._options.account_id, GRANT, self._base)
        if problem:
            raise problem
        return record_of(answer.content, self._base)

    def _request(self, identity: str) -> requests.PreparedRequest:
        fields = {"fields": FIELDS}
        if self._options.identity_type == MPID:
            request = requests.Request("GET", f"{self._base}/{self._place}/{identity}", params=fields)
        else:
            body = {
                "environment_type": self._options.environment,
                "identity": {"type": self._options.identity_type, "value": identity},
            }
            request = requests.Request("POST", f"{self._base}/resolve/{self._place}", params=fields, json=body)
        return self._session.prepare_request(request)
