"""A bearer token that is asked for when it is first needed, and renewed after a 401."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import orjson
import requests
from requests.auth import AuthBase

from destination_mparticle.errors import ConfigError, SyncError
from destination_mparticle.http.exchange import exchange
from destination_mparticle.http.response import ApiResponse
from destination_mparticle.http.retry import Verdict, verdict
from destination_mparticle.http.session import Session
from destination_mparticle.http.settings import HttpSettings
from destination_mparticle.options import option

_TOKEN: Final = re.compile(r"[!-~]+")
"""What a header can carry, and more than the characters that RFC 6750 allows in a token."""

_REFUSED: Final = frozenset((400, 401, 403))


class TokenAuth:
    """Client credentials of mParticle's token endpoint.

    `credentials_error` makes the error for refused credentials from the status and the name of the request.
    """

    def __init__(
        self,
        token_url: str,
        *,
        client_id: str,
        client_secret: str,
        audience: str,
        credentials_error: Callable[[int, str], SyncError],
        settings: HttpSettings,
    ) -> None:
        self._token_url = token_url
        self._body = {
            "client_id": client_id,
            "client_secret": client_secret,
            "audience": audience,
            "grant_type": "client_credentials",
        }
        self._credentials_error = credentials_error
        self._settings = settings
        self._token = ""

    def acquire(self, session: Session) -> ApiResponse | None:
        """Ask for a token, unless there is one. Returns a response that asks for a retry where none can be had now.

        Raises an error for refused credentials, and for a URL that is not that of a token endpoint.
        """
        if self._token:
            return None
        request = requests.Request("POST", self._token_url, json=self._body, auth=_Bearer(""))
        response = exchange(session, partial(session.prepare_request, request), self._settings)
        status = response.status
        if status in _REFUSED:
            raise self._credentials_error(status or 0, "a token request")
        if verdict(response) is Verdict.RETRY:
            return response
        if verdict(response) is not Verdict.ACCEPTED:
            raise ConfigError(f"The token endpoint answered {status}; check {option('token_url')}.")
        self._token = _token_in(response.content)
        if not self._token:
            raise ConfigError(
                f"The token endpoint answered {status} without a token that can be sent; check {option('token_url')}."
            )
        return None

    def discard(self) -> bool:
        """Drop the token, so that the next request asks for another."""
        self._token = ""
        return True

    def header(self) -> AuthBase:
        """Return the Bearer scheme with the token."""
        return _Bearer(self._token)


class _Bearer(AuthBase):
    """Sends the token, or nothing. Given to every request, so that an entry in ~/.netrc is never sent instead."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _token_in(content: bytes) -> str:
    try:
        body: Any = orjson.loads(content)
    except orjson.JSONDecodeError:
        return ""
    token = body.get("access_token") if isinstance(body, dict) else None
    return token if isinstance(token, str) and _TOKEN.fullmatch(token) else ""
