"""mParticle's Platform API over HTTP, with one token for a run."""

from dataclasses import dataclass
from typing import Any, Final

import orjson
import requests
from airbyte_cdk.utils.traced_exception import AirbyteTracedException
from requests.auth import AuthBase

from destination_mparticle import tuning
from destination_mparticle.config import Config, Platform
from destination_mparticle.errors import config_error
from destination_mparticle.http.exchange import exchange, open_session
from destination_mparticle.http.response import ApiResponse
from destination_mparticle.http.retry import Verdict, verdict
from destination_mparticle.options import option
from destination_mparticle.platform_api.calls import Call

_AUDIENCE: Final = "https://api.mparticle.com"
"""The audience of a token, the same for every pod and whatever address is used."""

_UNAUTHORIZED: Final = 401
_FORBIDDEN: Final = 403
_TOKEN_REFUSED: Final = frozenset((400, _UNAUTHORIZED, _FORBIDDEN))


@dataclass(frozen=True)
class Reply:
    """The answer, and the bytes of the body where it came with one."""

    answer: ApiResponse
    content: bytes = b""


class PlatformClient:
    """One connection to the Platform API. It answers, and leaves judging and repeating to others.

    Refused credentials are the exception: they are a config error here, wherever they were refused.
    """

    def __init__(
        self,
        config: Config,
        platform: Platform,
        timeout: tuple[float, float] = (tuning.CONNECT_SECONDS, tuning.READ_SECONDS),
    ) -> None:
        self._api_url = config.api_url
        self._token_url = config.token_url
        self._platform = platform
        self._timeout = timeout
        self._token = ""
        self._session = open_session()

    def send(self, call: Call) -> Reply:
        """Send a request once; after a 401, once more with a new token.

        Time-outs, resets and refused connections come back as an answer without status. Where no token can be had for
        the moment, the answer is that of the token's address.
        """
        reply = self._with_token(call)
        if reply.answer.status == _UNAUTHORIZED:
            self._token = ""
            reply = self._with_token(call)
        if reply.answer.status in {_UNAUTHORIZED, _FORBIDDEN}:
            raise _refused(reply.answer.status or 0, str(call))
        return reply

    def close(self) -> None:
        """Give the connection back."""
        self._session.close()

    def _with_token(self, call: Call) -> Reply:
        if not self._token:
            refusal = self._renew()
            if refusal is not None:
                return Reply(refusal)
        return self._request(call.method, f"{self._api_url}{call.path}", call.body, _Bearer(self._token))

    def _renew(self) -> ApiResponse | None:
        """Ask for a token. Returns None when there is one, else what came in its place."""
        body = {
            "client_id": self._platform.client_id,
            "client_secret": self._platform.client_secret,
            "audience": _AUDIENCE,
            "grant_type": "client_credentials",
        }
        reply = self._request("POST", self._token_url, body, _Bearer(""))
        status = reply.answer.status
        if status in _TOKEN_REFUSED:
            raise _refused(status or 0, "a token request")
        if verdict(reply.answer) is Verdict.RETRY:
            return reply.answer
        if verdict(reply.answer) is not Verdict.ACCEPTED:
            raise config_error(f"The token's address answered {status}; check {option('token_url')}.")
        self._token = _token_in(reply.content)
        if not self._token:
            raise config_error(f"The token's address answered {status} and no token; check {option('token_url')}.")
        return None

    def _request(self, method: str, url: str, body: dict[str, str] | None, auth: AuthBase) -> Reply:
        return Reply(*exchange(self._session, method, url, self._timeout, json=body, auth=auth))


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
    return token if isinstance(token, str) else ""


def _refused(status: int, what: str) -> AirbyteTracedException:
    # mParticle also answers 401 where the account is missing, and 403 where the credential lacks the Platform API.
    return config_error(
        f"The Platform API refused the {option('platform')} ({status} to {what}): check the client id, the client "
        "secret and the account id, and that the credential may call the Platform API."
    )
