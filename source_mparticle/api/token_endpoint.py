"""The OAuth token request: client credentials in a JSON body, as mParticle documents it for every pod."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import requests

from source_mparticle.api import problems
from source_mparticle.api.retry import tried_again
from source_mparticle.api.retry_after import retry_after
from source_mparticle.api.token import Grant

# The same for every pod: mParticle refuses a pod's own host as audience.
AUDIENCE = "https://api.mparticle.com"
TIMEOUT_SECONDS = 30.0
# Seconds to wait before the second, third and fourth try, where the answer does not say.
WAITS_SECONDS = (1.0, 2.0, 4.0)
# mParticle documents 28800; should the field be missing, a short life only costs an early renewal.
DEFAULT_LIFETIME_SECONDS = 3600.0


@dataclass(frozen=True)
class TokenEndpoint:
    """Where tokens come from, and who asks for them."""

    url: str
    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)

    def request(self, sleep: Callable[[float], None] = time.sleep) -> Grant:
        """Ask for a token; a lost connection, 429 and 5xx are tried again up to three times, at most a minute apart."""
        return tried_again(self.request_once, WAITS_SECONDS, sleep)

    def request_once(self, timeout: float = TIMEOUT_SECONDS) -> Grant:
        """Ask for a token once, waiting `timeout` seconds. Every answer that is not a token is a `MparticleError`."""
        body = {
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "audience": AUDIENCE,
            "grant_type": "client_credentials",
        }
        try:
            response = requests.post(self.url, json=body, timeout=timeout)
        except requests.RequestException:
            # Without its cause: the request inside it holds the secret.
            raise problems.unreachable(self.url, "Token URL") from None
        self._raise_for(response)
        return self._grant(response)

    def _raise_for(self, response: requests.Response) -> None:
        status = response.status_code
        if status == problems.TOO_MANY_REQUESTS or status in problems.SERVER_ERRORS:
            raise problems.overloaded(status, self.url, retry_after(response.headers))
        if not response.ok:
            raise problems.credentials_refused(status, self.url)

    def _grant(self, response: requests.Response) -> Grant:
        try:
            answer = response.json()
            return Grant(str(answer["access_token"]), float(answer.get("expires_in") or DEFAULT_LIFETIME_SECONDS))
        except (ValueError, KeyError, TypeError, AttributeError):
            # Without its cause: the body inside it may hold a token.
            raise problems.no_token(self.url) from None
