"""Bottom layer: one HTTP exchange, within time and size limits, no retries. The only module that opens connections."""

import concurrent.futures
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from threading import Thread
from typing import Any

import requests
import urllib3

from source_mparticle.api import errors
from source_mparticle.api.final_responses import FinalResponsesAdapter

PIECE_BYTES = 1 << 16
# The longest response that is read, unpacked: some 900,000 audiences. The connection check reads nothing as long.
MAX_BYTES = 512 << 20
MAX_CHECK_BYTES = 64 << 20
# As many as may be in progress at the same time.
CONNECTIONS = 32

_INVALID_ADDRESS = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidProxyURL,
)
_INCOMPLETE = (requests.RequestException, urllib3.exceptions.HTTPError, HTTPException, OSError)


@dataclass(frozen=True)
class Timeouts:
    """How slow a response may be.

    Seconds to connect, seconds without a byte, bytes a second on the whole, and seconds for the whole.
    """

    connect: float = 10.0
    silence: float = 120.0
    slowest: float = 1000.0
    longest: float = 900.0

    def seconds_for(self, received: int | None) -> float:
        """What a response may take of which so many bytes were received; None before its head is there."""
        head = self.connect + self.silence
        whole = head if received is None else head + self.silence + received / self.slowest
        return min(whole, self.longest)


@dataclass(frozen=True)
class Deadline:
    """When everything has to be over: a time on a monotonic clock, and how many seconds that was from the start."""

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
class RawResponse:
    """A response as it came. `body` is unpacked, and empty where the status is not a success."""

    status: int
    headers: Mapping[str, str]
    body: bytearray = field(repr=False)


@dataclass
class _Progress:
    """What the thread that sends and the one that waits know of each other."""

    received: int | None = None
    is_abandoned: bool = False


class HttpSession:
    """Sends requests over connections that are kept open.

    `clock` gives seconds on a monotonic clock. With a `deadline`, which is that of a connection check, a response may
    hold less. `max_bytes` replaces either limit.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        deadline: Deadline | None = None,
        timeouts: Timeouts | None = None,
        max_bytes: int | None = None,
    ) -> None:
        self._clock = clock
        self._deadline = deadline
        self._timeouts = timeouts or Timeouts()
        self._most_bytes = max_bytes or (MAX_CHECK_BYTES if deadline else MAX_BYTES)
        self._session = _NoRedirectSession()
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, FinalResponsesAdapter(pool_maxsize=CONNECTIONS))

    def send(self, request: Request, token: str | None = None) -> RawResponse:
        """Send the request and return its response, whatever the status.

        No redirect is followed. Raises `Unreachable` and `Unavailable` for a response that does not come, stops or is
        too slow, `UnexpectedResponse` for one that is too long, and `ConfigurationError` for an invalid address.
        Their causes are left out: they hold addresses, tokens and bodies.
        """
        if self._is_over():
            raise self._too_slow(request, _Progress())
        progress, outcome = _Progress(), concurrent.futures.Future[RawResponse]()
        # A socket's timeout starts again with every byte. Only another thread can stop waiting for the whole.
        Thread(target=self._exchange, args=(request, token, progress, outcome), daemon=True).start()
        return self._wait_for(request, progress, outcome)

    def _wait_for(
        self, request: Request, progress: _Progress, outcome: "concurrent.futures.Future[RawResponse]"
    ) -> RawResponse:
        started = self._clock()
        while True:
            ends = started + self._timeouts.seconds_for(progress.received)
            if self._deadline:
                ends = min(ends, self._deadline.at)
            left = ends - self._clock()
            if left <= 0 and not outcome.done():
                progress.is_abandoned = True
                raise self._too_slow(request, progress)
            try:
                return outcome.result(max(left, 0))
            except concurrent.futures.TimeoutError:
                # More of the response may have arrived meanwhile.
                continue

    def _is_over(self) -> bool:
        return self._deadline is not None and self._clock() >= self._deadline.at

    def _too_slow(self, request: Request, progress: _Progress) -> errors.MparticleError:
        if self._deadline and self._is_over():
            return errors.too_slow(request.name, self._deadline.seconds, request.option)
        return _incomplete(request, progress)

    def _exchange(
        self,
        request: Request,
        token: str | None,
        progress: _Progress,
        outcome: "concurrent.futures.Future[RawResponse]",
    ) -> None:
        try:
            outcome.set_result(self._response(request, token, progress))
        except _INVALID_ADDRESS:
            outcome.set_exception(errors.unusable_address(request.option))
        except _INCOMPLETE:
            outcome.set_exception(_incomplete(request, progress))
        except ValueError:
            # `requests` lets some addresses through that cannot be parsed.
            outcome.set_exception(errors.unusable_address(request.option))
        except Exception as error:  # noqa: BLE001 - whatever it is, the one who waits must hear of it
            outcome.set_exception(error)

    def _response(self, request: Request, token: str | None, progress: _Progress) -> RawResponse:
        with self._session.request(
            request.method,
            request.url,
            params=request.params,
            json=request.json,
            auth=_BearerAuth(token),
            timeout=(self._timeouts.connect, self._timeouts.silence),
            allow_redirects=False,
            stream=True,
        ) as response:
            progress.received = 0
            # Of a response that is not a success only the status is used.
            body = bytearray()
            if response.status_code in errors.SUCCESSES and not _fill(body, response, progress, self._most_bytes):
                # The traceback, which may be kept for long, would keep the body too.
                body.clear()
                raise errors.too_long(request.name, self._most_bytes >> 20, request.option)
            return RawResponse(response.status_code, response.headers, body)


def _incomplete(request: Request, progress: _Progress) -> errors.Unavailable:
    if progress.received is None:
        return errors.unreachable(request.name, request.option)
    return errors.cut_short(request.name)


class _NoRedirectSession(requests.Session):
    """Never prepares the next request of a redirect; `requests` does, even where it is told not to send it."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002 - not one of ours
        """Nowhere."""
        return None


class _BearerAuth(requests.auth.AuthBase):
    """Adds the token, and keeps `requests` from adding what it may find in a .netrc file."""

    def __init__(self, token: str | None) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token is not None:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _fill(body: bytearray, response: requests.Response, progress: _Progress, max_bytes: int) -> bool:
    """Fill in the body, in pieces as they come, and never twice in memory. Returns False where it is too long."""
    while piece := response.raw.read1(PIECE_BYTES, decode_content=True):
        if len(body) + len(piece) > max_bytes:
            return False
        body += piece
        progress.received = len(body)
        if progress.is_abandoned:
            break
    return True
