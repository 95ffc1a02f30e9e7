"""One HTTP request at a time: no redirect followed, no retry, no wait without end."""

import json
import queue
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import requests
from requests.auth import AuthBase

_TIMEOUTS_S = (10, 15)
_LONGEST_S = 45
_LARGEST_BYTES = 64 * 1024 * 1024
_CHUNK_BYTES = 64 * 1024


class NotJson:
    """The content of a response that is not JSON."""


NOT_JSON: Final = NotJson()


@dataclass(frozen=True)
class Request:
    """One request to `url`, extended by `segments`, each of which is escaped.

    `credential` makes the Authorization header; `content` is sent as JSON, `form` as a form.
    """

    method: str
    url: str
    query: Mapping[str, str] | None = None
    credential: Callable[[], str] | None = None
    content: Any = None
    form: Mapping[str, str] | None = None
    segments: tuple[object, ...] = ()

    @property
    def address(self) -> str:
        """The address without the query; raise UnsendableError where no address can hold a segment or the query."""
        try:
            for value in (self.query or {}).values():
                value.encode()
            return "/".join((self.url, *(quote(str(segment), safe="") for segment in self.segments)))
        except UnicodeEncodeError:
            raise UnsendableError from None


@dataclass(frozen=True)
class Response:
    """A response: `headers` by name in lower case, `content` as JSON or NOT_JSON."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    content: Any


class NoResponseError(Exception):
    """No response, or none that ends; the message says why in a few words and names no address."""


class UnsendableError(Exception):
    """Text from the service, such as an id, that cannot be part of a URL."""

    def __init__(self) -> None:
        super().__init__("not asked, because the id or the name from the service cannot be part of a URL")


class Client:
    """Sends requests, each of which may take `longest_s` seconds from its start to the end of the response."""

    def __init__(self, longest_s: float = _LONGEST_S) -> None:
        self._longest_s = longest_s
        self._session = _Session()

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def send(self, request: Request) -> Response:
        """Return the response, whatever its status; raise NoResponseError or UnsendableError."""
        outcomes: queue.Queue[Response | Exception] = queue.Queue()
        # A response that comes byte by byte renews every timeout of a connection; only another thread can give it up.
        threading.Thread(target=_exchange, args=(self._session, request, outcomes), daemon=True).start()
        try:
            outcome = outcomes.get(timeout=self._longest_s)
        except queue.Empty:
            self._session = _Session()
            raise NoResponseError("the response came too slowly") from None
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def _exchange(session: requests.Session, request: Request, outcomes: "queue.Queue[Response | Exception]") -> None:
    try:
        outcomes.put(_response(session, request))
    except requests.Timeout:
        outcomes.put(NoResponseError("no response in time"))
    except requests.exceptions.SSLError:
        outcomes.put(NoResponseError("the TLS certificate is not trusted"))
    except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError):
        outcomes.put(NoResponseError("the response was cut or damaged"))
    except (requests.RequestException, ValueError):
        outcomes.put(NoResponseError("no connection"))
    except Exception as error:  # noqa: BLE001 - raised again where the response is awaited
        outcomes.put(error)


def _response(session: requests.Session, request: Request) -> Response:
    with session.request(
        request.method,
        request.address,
        params=request.query,
        json=request.content,
        data=request.form,
        headers={"Accept-Encoding": "gzip", "User-Agent": "mparticle-sandbox-probe"},
        auth=_Credential(request.credential),
        timeout=_TIMEOUTS_S,
        allow_redirects=False,
        stream=True,
    ) as received:
        body = bytearray()
        for chunk in received.iter_content(_CHUNK_BYTES):
            body += chunk
            if len(body) > _LARGEST_BYTES:
                raise NoResponseError("the response is too large to look at")
        headers = {name.lower(): value for name, value in received.headers.items()}
        return Response(received.status_code, headers, bytes(body), _json(bytes(body)))


class _Session(requests.Session):
    """Ignores Location: requests would read it, and the whole body, even where no redirect is followed."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Say that no response is a redirect."""


class _Credential(AuthBase):
    """Sets the Authorization header or none: without this, requests would take one from a .netrc file."""

    def __init__(self, credential: Callable[[], str] | None) -> None:
        self._credential = credential

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._credential is not None:
            request.headers["Authorization"] = self._credential()
        return request


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return NOT_JSON
