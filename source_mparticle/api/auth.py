"""Authentication: one access token for a whole sync.

The token is requested once, and again before it expires or after mParticle rejects it.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from source_mparticle.api import errors
from source_mparticle.api.http_session import RawResponse, Request
from source_mparticle.api.json_text import complete_json
from source_mparticle.api.single_flight import again
from source_mparticle.api.transport import Transport

# The same for every pod: mParticle refuses a pod's own host as audience.
AUDIENCE = "https://api.mparticle.com"
# mParticle documents 28800; where there is no such number, a short lifetime only costs an early renewal.
DEFAULT_LIFETIME_SECONDS = 3600.0
# mParticle does not document these. Auth0, which serves the endpoint, uses all three.
REFUSALS = (400, 401, 403)
NO_ENDPOINT = (404, 405)
# A token is renewed this long before it expires, so that no request leaves with one about to expire.
MARGIN_SECONDS = 60.0
# The margin takes no more than this share of a token that lives only minutes.
MARGIN_SHARE = 0.1
# A token may be revoked, and its replacement too. An endpoint that rejects more than these does not mind the token, and
# neither does an API that rejects so many from whatever endpoint.
MOST_REPLACEMENTS = 3
MOST_IN_A_ROW = 9


@dataclass(frozen=True)
class AccessToken:
    """A token as mParticle issued it: the bearer text and how many seconds it is valid for."""

    text: str = field(repr=False)
    expires_in: float


# A token becomes a header, which holds no blank and nothing but ASCII, and which servers take up to some length. A very
# short one would be masked in the middle of words.
_TOKEN = re.compile(r"[!-~]{4,16000}")


@dataclass(frozen=True)
class TokenEndpoint:
    """The OAuth token endpoint: client credentials in a JSON body, as mParticle documents it for every pod."""

    transport: Transport
    url: str
    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)

    def request(self) -> AccessToken:
        """Request a token. A response that holds none raises a `MparticleError`; what may pass is retried."""
        body = {
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "audience": AUDIENCE,
            "grant_type": "client_credentials",
        }
        request = Request("POST", self.url, errors.TOKEN_URL, json=body)
        # One failed request is enough: every stream needs a token, and none of them would do better.
        return self.transport.call(request, "token", lambda: self._send(request), max_failures=1)

    def _send(self, request: Request) -> AccessToken:
        raw = self.transport.send(request)
        status = raw.status
        if status in REFUSALS:
            raise errors.credentials_refused(status, self.url)
        if status in NO_ENDPOINT:
            raise errors.wrong_token_url(status, self.url)
        if status not in errors.SUCCESSES:
            raise errors.unexpected_status(status, self.url)
        return self._token_in(raw)

    def _token_in(self, raw: RawResponse) -> AccessToken:
        try:
            # A whole number may be of any length.
            content = json.loads(complete_json(raw.body, self.url), parse_int=float)
        except (errors.UnexpectedResponse, ValueError, RecursionError):
            # Without its cause: the body inside it may hold a token.
            raise errors.no_token_page(self.url) from None
        token = content.get("access_token") if isinstance(content, dict) else None
        if not (isinstance(token, str) and _TOKEN.fullmatch(token)):
            raise errors.no_token(self.url)
        return AccessToken(token, _lifetime(content.get("expires_in")))


class TokenKeeper:
    """Hands the current token to any number of threads and requests another one only when it must.

    `fetch` requests a token from mParticle, `clock` gives seconds on a monotonic clock. A refusal is remembered: no
    later request can change it, so mParticle is not asked again. A transient error is not remembered.
    """

    def __init__(self, fetch: Callable[[], AccessToken], clock: Callable[[], float]) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = Lock()
        self._token: AccessToken | None = None
        self._valid_until = 0.0
        self._refusal: errors.MparticleError | None = None
        # The tokens requested after rejections: by endpoint, until one is accepted there, and in a row, until any is.
        self._in_vain: Counter[str] = Counter()
        self._in_a_row = 0

    def current(self) -> str:
        """The token to send. Raises what `fetch` raises."""
        with self._lock:
            if self._token is None or self._clock() >= self._valid_until:
                self._token = self._request()
            return self._token.text

    def accepted(self, token: str, endpoint: str = "") -> None:
        """Record that a request to this endpoint, with this token, got a response other than 401."""
        with self._lock:
            self._in_vain.pop(endpoint, None)
            if self._token is not None and self._token.text == token:
                self._in_a_row = 0

    def replacement_of(self, rejected: str, endpoint: str = "") -> str | None:
        """The token to use after an endpoint answered 401 to `rejected`; None when another token would not help.

        Where several replacements meet the same 401, the token is not the cause, and every later 401 of that endpoint
        is believed. Those of others are not, unless replacements met nothing else for long.
        """
        with self._lock:
            if self._token is not None and self._token.text != rejected:
                return self._token.text
            if self._in_vain[endpoint] >= MOST_REPLACEMENTS or self._in_a_row >= MOST_IN_A_ROW:
                return None
            self._token = self._request()
            self._in_vain[endpoint] += 1
            self._in_a_row += 1
            return self._token.text

    def _request(self) -> AccessToken:
        if self._refusal is not None:
            raise again(self._refusal)
        # The lifetime of a token begins before it arrives.
        requested_at = self._clock()
        try:
            token = self._fetch()
        except errors.Unavailable:
            raise
        except errors.MparticleError as refusal:
            self._refusal = refusal
            raise
        margin = min(MARGIN_SECONDS, token.expires_in * MARGIN_SHARE)
        self._valid_until = requested_at + token.expires_in - margin
        return token


def _lifetime(seconds: Any) -> float:
    """The lifetime, also where it is a number in quotes; the default where it is not a positive number."""
    try:
        lifetime = float(seconds)
    except (TypeError, ValueError, OverflowError):
        return DEFAULT_LIFETIME_SECONDS
    is_positive = math.isfinite(lifetime) and lifetime > 0 and not isinstance(seconds, bool)
    return lifetime if is_positive else DEFAULT_LIFETIME_SECONDS
