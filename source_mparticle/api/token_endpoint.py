"""The OAuth token request: client credentials in a JSON body, as mParticle documents it for every pod."""

import math
from dataclasses import dataclass, field
from typing import Any

import orjson

from source_mparticle.api import problems
from source_mparticle.api.exchange import Received, Request
from source_mparticle.api.json_text import whole_json
from source_mparticle.api.token import Grant
from source_mparticle.api.transport import Transport

# The same for every pod: mParticle refuses a pod's own host as audience.
AUDIENCE = "https://api.mparticle.com"
# mParticle documents 28800; where there is no such number, a short life only costs an early renewal.
DEFAULT_LIFETIME_SECONDS = 3600.0
# mParticle does not document these. Auth0, which answers for it, uses all three.
REFUSALS = (400, 401, 403)
NO_ENDPOINT = (404, 405)


@dataclass(frozen=True)
class TokenEndpoint:
    """Where tokens come from, and who asks for them."""

    transport: Transport
    url: str
    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)

    def request(self) -> Grant:
        """Ask for a token. Every answer that is none is a `MparticleError`; trouble that passes is tried again."""
        body = {
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "audience": AUDIENCE,
            "grant_type": "client_credentials",
        }
        request = Request("POST", self.url, problems.TOKEN_URL, json=body)
        # One verdict is enough: every stream needs a token, and none of them would fare better.
        return self.transport.send(request, "token", lambda: self._ask(request), verdicts=1)

    def _ask(self, request: Request) -> Grant:
        received = self.transport.exchange(request)
        status = received.status
        if status in REFUSALS:
            raise problems.credentials_refused(status, self.url)
        if status in NO_ENDPOINT:
            raise problems.wrong_token_url(status, self.url)
        if status not in problems.SUCCESSES:
            raise problems.unexpected_status(status, self.url)
        return self._grant(received)

    def _grant(self, received: Received) -> Grant:
        try:
            answer = orjson.loads(whole_json(received.body, self.url))
        except (problems.UnexpectedAnswer, orjson.JSONDecodeError):
            # Without its cause: the body inside it may hold a token.
            raise problems.no_token_page(self.url) from None
        token = answer.get("access_token") if isinstance(answer, dict) else None
        # A token becomes a header, which holds no blank and nothing but ASCII.
        if not (isinstance(token, str) and token.isascii() and token.isprintable() and token and " " not in token):
            raise problems.no_token(self.url)
        return Grant(token, _lifetime(answer.get("expires_in")))


def _lifetime(seconds: Any) -> float:
    """The lifetime, also where it is a number in quotes; the default for what is no time to live."""
    try:
        lifetime = float(seconds)
    except (TypeError, ValueError, OverflowError):
        return DEFAULT_LIFETIME_SECONDS
    is_time = math.isfinite(lifetime) and lifetime > 0 and not isinstance(seconds, bool)
    return lifetime if is_time else DEFAULT_LIFETIME_SECONDS
