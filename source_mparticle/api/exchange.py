"""One request and its answer, which always come to an end."""

import concurrent.futures
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from threading import Thread
from typing import Any

import requests
import urllib3

from source_mparticle.api import problems

CONNECT_SECONDS = 10.0
SILENCE_SECONDS = 120.0
# The head of an answer must be there by then, however slowly it comes.
HEAD_SECONDS = CONNECT_SECONDS + SILENCE_SECONDS
# A list may be as long as it likes, but not come slower than this on the whole.
SLOWEST_BYTES_A_SECOND = 1000.0
PIECE_BYTES = 1 << 16
# As many as may be on their way at the same time.
CONNECTIONS = 32

_NO_ADDRESS = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidProxyURL,
)
_LOST = (requests.RequestException, urllib3.exceptions.HTTPError, HTTPException, OSError)


@dataclass(frozen=True)
class Deadline:
    """When everything has to be over, on a clock that only goes forward, and of how many seconds that is the end."""

    at: float
    seconds: float


@dataclass(frozen=True)
class Request:
    """What to send, and how messages call it: `option` holds the address, `shown` stands for a URL that is private."""

    method: str
    url: str
    option: str
    params: Mapping[str, Any] | None = None
    json: Any = field(default=None, repr=False)
    shown: str | None = None

    @property
    def name(self) -> str:
        """The address as a message may show it."""
        return self.shown or self.url


@dataclass(frozen=True)
class Received:
    """An answer as it came. `body` is unpacked, and empty where the status is no success."""

    status: int
    headers: Mapping[str, str]
    body: bytearray = field(repr=False)


@dataclass
class _Progress:
    """What the thread that talks and the one that waits know of each other."""

    has_head: bool = False
    received: int = 0
    is_abandoned: bool = False

    def seconds_allowed(self) -> float:
        if not self.has_head:
            return HEAD_SECONDS
        return HEAD_SECONDS + SILENCE_SECONDS + self.received / SLOWEST_BYTES_A_SECOND


class Wire:
    """Sends requests over connections that are kept open. `clock` gives seconds that only go forward."""

    def __init__(self, clock: Callable[[], float], deadline: Deadline | None = None) -> None:
        self._clock = clock
        self._deadline = deadline
        self._session = requests.Session()
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, requests.adapters.HTTPAdapter(pool_maxsize=CONNECTIONS))

    def exchange(self, request: Request, token: str | None = None) -> Received:
        """Send the request and return its answer, whatever the status.

        No redirect is followed. Raises `Unreachable` and `Unavailable` for an answer that does not come, stops or comes
        too slowly, and `ConfigurationProblem` for an address that is none. Their causes are left out: they hold
        addresses, tokens and bodies.
        """
        progress, outcome = _Progress(), concurrent.futures.Future[Received]()
        # A time-out of a socket begins anew with every byte. Only another thread can stop waiting for the whole.
        Thread(target=self._talk, args=(request, token, progress, outcome), daemon=True).start()
        return self._awaited(request, progress, outcome)

    def _awaited(
        self, request: Request, progress: _Progress, outcome: "concurrent.futures.Future[Received]"
    ) -> Received:
        started = self._clock()
        while True:
            ends = started + progress.seconds_allowed()
            if self._deadline:
                ends = min(ends, self._deadline.at)
            left = ends - self._clock()
            if left <= 0 and not outcome.done():
                progress.is_abandoned = True
                raise self._too_slow(request)
            try:
                return outcome.result(max(left, 0))
            except concurrent.futures.TimeoutError:
                # The answer may have come further meanwhile.
                continue

    def _too_slow(self, request: Request) -> problems.MparticleError:
        if self._deadline and self._clock() >= self._deadline.at:
            return problems.too_slow(request.name, self._deadline.seconds)
        return problems.unreachable(request.name, request.option)

    def _talk(
        self,
        request: Request,
        token: str | None,
        progress: _Progress,
        outcome: "concurrent.futures.Future[Received]",
    ) -> None:
        try:
            outcome.set_result(self._received(request, token, progress))
        except _NO_ADDRESS:
            outcome.set_exception(problems.unusable_address(request.option))
        except _LOST:
            lost = problems.cut_short(request.name) if progress.has_head else None
            outcome.set_exception(lost or problems.unreachable(request.name, request.option))
        except Exception as error:  # noqa: BLE001 - whatever it is, the one who waits must hear of it
            outcome.set_exception(error)

    def _received(self, request: Request, token: str | None, progress: _Progress) -> Received:
        with self._session.request(
            request.method,
            request.url,
            params=request.params,
            json=request.json,
            auth=_Signature(token),
            timeout=self._timeout(),
            allow_redirects=False,
            stream=True,
        ) as response:
            progress.has_head = True
            # Of an answer that is no success the status says all there is to know.
            body = _read(response, progress) if response.status_code in problems.SUCCESSES else bytearray()
            return Received(response.status_code, response.headers, body)

    def _timeout(self) -> tuple[float, float]:
        if self._deadline is None:
            return CONNECT_SECONDS, SILENCE_SECONDS
        # The one who waits keeps the deadline itself.
        left = max(self._deadline.at - self._clock(), 0.1)
        return min(CONNECT_SECONDS, left), min(SILENCE_SECONDS, left)


class _Signature(requests.auth.AuthBase):
    """Adds the token, and keeps `requests` from adding what it may find in a .netrc file."""

    def __init__(self, token: str | None) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token is not None:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _read(response: requests.Response, progress: _Progress) -> bytearray:
    """The body, in pieces as they come, and never twice in memory."""
    body = bytearray()
    while piece := response.raw.read1(PIECE_BYTES, decode_content=True):
        body += piece
        progress.received = len(body)
        if progress.is_abandoned:
            break
    return body
