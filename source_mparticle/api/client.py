"""Top layer, for data: authenticated requests. Adds the sync's token and judges each response; uses `transport.py`."""

import logging
import random
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

from source_mparticle.api import errors
from source_mparticle.api.auth import MOST_REPLACEMENTS, AccessToken, TokenEndpoint, TokenKeeper
from source_mparticle.api.circuit_breaker import RetryLimits
from source_mparticle.api.http_session import Deadline, HttpSession, RawResponse, Request
from source_mparticle.api.json_text import complete_json
from source_mparticle.api.masking import Secrets
from source_mparticle.api.response import ApiResponse
from source_mparticle.api.retry import Retrier
from source_mparticle.api.transport import Transport

_logger = logging.getLogger("airbyte")


class Client:
    """Asks the APIs of one account. Threads share it, and with it the token and the retry budget."""

    def __init__(self, transport: Transport, tokens: TokenKeeper, secrets: Secrets, account_id: str) -> None:
        self._transport = transport
        self._tokens = tokens
        self._secrets = secrets
        self._account_id = account_id

    @classmethod
    def of(
        cls,
        config: Mapping[str, Any],
        limits: RetryLimits | None = None,
        deadline: Deadline | None = None,
        learn_secret: Callable[[str], None] = lambda _: None,
    ) -> "Client":
        """A client for a configuration.

        `limits` are those of retries. With a `deadline` everything is over by then, on the clock
        `time.monotonic`. `learn_secret` is called with every secret that no log may show.
        """
        ends = deadline.at if deadline else float("inf")
        retrier = Retrier(time.monotonic, time.sleep, random.random, _logger.info, limits, ends)
        transport = Transport(HttpSession(time.monotonic, deadline), retrier)
        secrets = Secrets(config["client_id"], config["client_secret"], tell=learn_secret)
        endpoint = TokenEndpoint(transport, config["token_url"], config["client_id"], config["client_secret"])

        def fetch() -> AccessToken:
            token = endpoint.request()
            secrets.add(token.text)
            return token

        return cls(transport, TokenKeeper(fetch, time.monotonic), secrets, config["account_id"])

    def get(
        self,
        url: str,
        params: Mapping[str, Any] | None = None,
        *,
        grant: str = errors.PLATFORM_API,
        endpoint: str | None = None,
        expected: Collection[int] = (),
        shown: str | None = None,
    ) -> ApiResponse:
        """The response to a GET.

        `grant` is the API that the credential must be allowed to call. `endpoint` names what shares a circuit breaker;
        without it that is the URL. A status that is not a success raises a `MparticleError` unless it is `expected`:
        then the response is returned without a body. `shown` replaces a URL that holds an identity in messages, and no
        text of such a response is ever quoted.
        """
        request = Request("GET", url, errors.API_URL, params, shown=shown)
        return self._ask(request, grant, endpoint, expected)

    def post(
        self,
        url: str,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        *,
        grant: str = errors.PLATFORM_API,
        endpoint: str | None = None,
        expected: Collection[int] = (),
        shown: str | None = None,
    ) -> ApiResponse:
        """The response to a POST of `json`, which is retried like a GET, so it must change nothing; see `get`."""
        request = Request("POST", url, errors.API_URL, params, json, shown)
        return self._ask(request, grant, endpoint, expected)

    def _ask(self, request: Request, grant: str, endpoint: str | None, expected: Collection[int]) -> ApiResponse:
        failing = endpoint or request.name
        return self._transport.call(
            request, failing, lambda: self._response(request, self._send(request, failing), grant, expected)
        )

    def _send(self, request: Request, endpoint: str) -> RawResponse:
        token = self._tokens.current()
        raw = self._transport.send(request, token)
        for retry in range(MOST_REPLACEMENTS):
            # The first replacement is used at once. Where that is rejected too, another needs some time to be good.
            if raw.status != errors.UNAUTHORIZED or (retry and not self._transport.wait_for_retry(retry)):
                break
            replacement = self._tokens.replacement_of(token, endpoint)
            if replacement is None:
                break
            token = replacement
            raw = self._transport.send(request, token)
        if raw.status != errors.UNAUTHORIZED:
            self._tokens.accepted(token, endpoint)
        return raw

    def _response(self, request: Request, raw: RawResponse, grant: str, expected: Collection[int]) -> ApiResponse:
        status = raw.status
        quoted = None if request.shown else self._secrets.masked
        if status in expected:
            return ApiResponse(status, request.name, b"", quoted)
        error = errors.error_of_status(status, request.name, self._account_id, grant)
        if error:
            raise error
        return ApiResponse(status, request.name, complete_json(raw.body, request.name), quoted, raw.headers)
