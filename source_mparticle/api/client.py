"""The one way to ask mParticle: signed with the sync's token, tried again within its budget, never redirected."""

import logging
import random
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

from source_mparticle.api import problems
from source_mparticle.api.answers import Answer, problem_of
from source_mparticle.api.exchange import Deadline, Received, Request, Wire
from source_mparticle.api.json_text import whole_json
from source_mparticle.api.patience import Patience
from source_mparticle.api.secrets import Secrets
from source_mparticle.api.token import Grant, TokenKeeper
from source_mparticle.api.token_endpoint import TokenEndpoint
from source_mparticle.api.transport import Transport
from source_mparticle.api.trouble import Limits

_logger = logging.getLogger("airbyte")


class Client:
    """Asks the APIs of one account. Safe to share between threads; what a sync learns of trouble, it learns once."""

    def __init__(self, transport: Transport, tokens: TokenKeeper, secrets: Secrets, account_id: str) -> None:
        self._transport = transport
        self._tokens = tokens
        self._secrets = secrets
        self._account_id = account_id

    @classmethod
    def of(
        cls,
        config: Mapping[str, Any],
        limits: Limits | None = None,
        deadline: Deadline | None = None,
        learn_secret: Callable[[str], None] = lambda _: None,
    ) -> "Client":
        """A client for a configuration.

        `limits` are those of trying again. With a `deadline` everything is over by then, on the clock
        `time.monotonic`. `learn_secret` hears of every secret that no log may show.
        """
        ends = deadline.at if deadline else float("inf")
        patience = Patience(time.monotonic, time.sleep, random.random, _logger.info, limits, ends)
        transport = Transport(Wire(time.monotonic, deadline), patience)
        secrets = Secrets(config["client_id"], config["client_secret"], tell=learn_secret)
        endpoint = TokenEndpoint(transport, config["token_url"], config["client_id"], config["client_secret"])

        def fetch() -> Grant:
            grant = endpoint.request()
            secrets.add(grant.access_token)
            return grant

        return cls(transport, TokenKeeper(fetch, time.monotonic), secrets, config["account_id"])

    def get(
        self,
        url: str,
        params: Mapping[str, Any] | None = None,
        *,
        grant: str = problems.PLATFORM_API,
        endpoint: str | None = None,
        expected: Collection[int] = (),
        shown: str | None = None,
    ) -> Answer:
        """The answer to a GET.

        `grant` is the API that the credential must be allowed to call. `endpoint` names what shares a verdict when
        requests fail one after the other; without it that is the URL. A status that is no success raises a
        `MparticleError` unless it is `expected`: then the answer comes back, without a body. `shown` stands in
        messages in place of a URL that holds an identity, and no text of such an answer is ever quoted.
        """
        request = Request("GET", url, problems.API_URL, params, shown=shown)
        return self._ask(request, grant, endpoint, expected)

    def post(
        self,
        url: str,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        *,
        grant: str = problems.PLATFORM_API,
        endpoint: str | None = None,
        expected: Collection[int] = (),
        shown: str | None = None,
    ) -> Answer:
        """The answer to a POST of `json`, which is tried again like a GET, so it must change nothing; see `get`."""
        request = Request("POST", url, problems.API_URL, params, json, shown)
        return self._ask(request, grant, endpoint, expected)

    def _ask(self, request: Request, grant: str, endpoint: str | None, expected: Collection[int]) -> Answer:
        return self._transport.send(
            request, endpoint or request.name, lambda: self._answer(request, self._received(request), grant, expected)
        )

    def _received(self, request: Request) -> Received:
        token = self._tokens.current()
        received = self._transport.exchange(request, token)
        if received.status == problems.UNAUTHORIZED:
            replacement = self._tokens.replacement_of(token)
            if replacement is None:
                return received
            token = replacement
            received = self._transport.exchange(request, token)
            if received.status == problems.UNAUTHORIZED:
                # Whether another token would help is known by now, and none is asked for.
                self._tokens.replacement_of(token)
                return received
        self._tokens.accepted(token)
        return received

    def _answer(self, request: Request, received: Received, grant: str, expected: Collection[int]) -> Answer:
        status = received.status
        quoted = None if request.shown else self._secrets.masked
        if status in expected:
            return Answer(status, request.name, b"", quoted)
        problem = problem_of(status, request.name, self._account_id, grant)
        if problem:
            raise problem
        return Answer(status, request.name, whole_json(received.body, request.name), quoted)
