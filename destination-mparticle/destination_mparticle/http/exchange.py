"""One HTTP exchange that always ends."""

import gzip
import time
import zlib
from importlib.metadata import version
from typing import Any, Final

import requests
import urllib3

from destination_mparticle import tuning
from destination_mparticle.http.response import ApiResponse, read_response

_USER_AGENT: Final = f"airbyte-destination-mparticle/{version('airbyte-destination-mparticle')}"

_NO_ANSWER: Final = (requests.RequestException, urllib3.exceptions.HTTPError)
"""What is raised where no usable answer came: time-outs, resets, refused connections, headers that make no sense."""

_REFUSALS: Final = range(400, 500)


def open_session() -> requests.Session:
    """Return a session whose requests say who sends them, and ask for answers as they are."""
    session = requests.Session()
    session.headers.update({"User-Agent": _USER_AGENT, "Accept-Encoding": "identity"})
    return session


def exchange(
    session: requests.Session,
    method: str,
    url: str,
    timeout: tuple[float, float],
    seconds: float = tuning.ANSWER_SECONDS,
    **content: Any,
) -> tuple[ApiResponse, bytes]:
    """Send a request and return the answer and its body.

    Redirects are not followed: credentials stay with the host that they are for. What fails on the way comes back as
    an answer without a status, and so does a body that is not there within `seconds` after the request was sent. A
    refusal needs no body to be one.
    """
    ends = time.monotonic() + seconds
    status = None
    try:
        with session.request(method, url, timeout=timeout, allow_redirects=False, stream=True, **content) as response:
            status = response.status_code
            body = _read(response, ends)
            return read_response(response, body), body
    except _NO_ANSWER as error:
        return ApiResponse(status if status in _REFUSALS else None, type(error).__name__), b""


def _read(response: requests.Response, ends: float) -> bytes:
    """Read a body byte by byte, so that each byte meets the clock; for answers as short as these that costs nothing."""
    body = bytearray()
    for piece in response.raw.stream(1, decode_content=False):
        body += piece
        if len(body) > tuning.ANSWER_BYTES:
            raise requests.exceptions.ContentDecodingError("the answer is too long")
        if time.monotonic() > ends:
            raise requests.ReadTimeout("the answer does not end")
    return _decoded(bytes(body), response.headers.get("Content-Encoding", ""))


def _decoded(body: bytes, encoding: str) -> bytes:
    """Undo the compression of those who compress unasked. What `requests` does by itself misses a stream cut short."""
    if not body or encoding in {"", "identity"}:
        return body
    try:
        if encoding == "gzip":
            return gzip.decompress(body)
    except (OSError, EOFError, zlib.error):
        pass
    raise requests.exceptions.ContentDecodingError("the answer cannot be decoded")
