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

PIECE_BYTES = 1 << 16
# What an answer may hold, unpacked: some 900,000 audiences. The connection check reads nothing as long.
MOST_BYTES = 512 << 20
MOST_BYTES_OF_A_CHECK = 64 << 20
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
class Slowness:
    """How slow an answer may be.

    Seconds to connect, seconds without a byte, bytes a second on the whole, and seconds for the whole.
    """

    connect: float = 10.0
    silence: float = 120.0
    slowest: float = 1000.0
    longest: float = 900.0

    def seconds_for(self, received: int | None) -> float:
        """What an answer may take of which so much was received; None before its head is there."""
        head = self.connect + self.silence
        whole = head if received is None else head + self.silence + received / self.slowest
        return min(whole, self.longest)


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

    received: int | None = None
    is_abandoned: bool = False


class Wire:
    """Sends requests over connections that are kept open.

    `clock` gives seconds that only go forward. With a `deadline`, which is that of a connection check, an answer may
    hold less. `most_bytes` stands in place of either limit.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        deadline: Deadline | None = None,
        slowness: Slowness | None = None,
        most_bytes: int | None = None,
    ) -> None:
        self._clock = clock
        self._deadline = deadline
        self._slowness = slowness or Slowness()
        self._most_bytes = most_bytes or (MOST_BYTES_OF_A_CHECK if deadline else MOST_BYTES)
        self._session = _StayingSession()
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, requests.adapters.HTTPAdapter(pool_maxsize=CONNECTIONS))

    def exchange(self, request: Request, token: str | None = None) -> Received:
        """Send the request and return its answer, whatever the status.

        No redirect is followed. Raises `Unreachable` and `Unavailable` for an answer that does not come, stops or comes
        too slowly, `UnexpectedAnswer` for one that is too long, and `ConfigurationProblem` for an address that is none.
        Their causes are left out: they hold addresses, tokens and bodies.
        """
        if self._is_over():
            raise self._too_slow(request, _Progress())
        progress, outcome = _Progress(), concurrent.futures.Future[Received]()
        # A time-out of a socket begins anew with every byte. Only another thread can stop waiting for the whole.
        Thread(target=self._talk, args=(request, token, progress, outcome), daemon=True).start()
        return self._awaited(request, progress, outcome)

    def _awaited(
        self, request: Request, progress: _Progress, outcome: "concurrent.futures.Future[Received]"
    ) -> Received:
        started = self._clock()
        while True:
            ends = started + self._slowness.seconds_for(progress.received)
            if self._deadline:
                ends = min(ends, self._deadline.at)
            left = ends - self._clock()
            if left <= 0 and not outcome.done():
                progress.is_abandoned = True
                raise self._too_slow(request, progress)
            try:
                return outcome.result(max(left, 0))
            except concurrent.futures.TimeoutError:
                # The answer may have come further meanwhile.
                continue

    def _is_over(self) -> bool:
        return self._deadline is not None and self._clock() >= self._deadline.at

    def _too_slow(self, request: Request, progress: _Progress) -> problems.MparticleError:
        if self._deadline and self._is_over():
            return problems.too_slow(request.name, self._deadline.seconds, request.option)
        return _lost(request, progress)

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
            outcome.set_exception(_lost(request, progress))
        except ValueError:
            # What `requests` lets through of addresses that cannot even be taken apart.
            outcome.set_exception(problems.unusable_address(request.option))
        except Exception as error:  # noqa: BLE001 - whatever it is, the one who waits must hear of it
            outcome.set_exception(error)

    def _received(self, request: Request, token: str | None, progress: _Progress) -> Received:
        with self._session.request(
            request.method,
            request.url,
            params=request.params,
            json=request.json,
            auth=_Signature(token),
            timeout=(self._slowness.connect, self._slowness.silence),
            allow_redirects=False,
            stream=True,
        ) as response:
            progress.received = 0
            # Of an answer that is no success the status says all there is to know.
            body = bytearray()
            if response.status_code in problems.SUCCESSES and not _fill(body, response, progress, self._most_bytes):
                # The traceback, which may be kept for long, would keep the body too.
                body.clear()
                raise problems.too_long(request.name, self._most_bytes >> 20, request.option)
            return Received(response.status_code, response.headers, body)


def _lost(request: Request, progress: _Progress) -> problems.Unavailable:
    if progress.received is None:
        return problems.unreachable(request.name, request.option)
    return problems.cut_short(request.name)


class _StayingSession(requests.Session):
    """Takes no answer for a redirect. `requests` prepares the next request even where it is told not to send it."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002 - not one of ours
        """Nowhere."""
        return None


class _Signature(requests.auth.AuthBase):
    """Adds the token, and keeps `requests` from adding what it may find in a .netrc file."""

    def __init__(self, token: str | None) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token is not None:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _fill(body: bytearray, response: requests.Response, progress: _Progress, most_bytes: int) -> bool:
    """Fill in the body, in pieces as they come, and never twice in memory. Tells whether it was not too long."""
    while piece := response.raw.read1(PIECE_BYTES, decode_content=True):
        if len(body) + len(piece) > most_bytes:
            return False
        body += piece
        progress.received = len(body)
        if progress.is_abandoned:
            break
    return True
