"""A single request on the wire and its response: timeouts, size and decompression, so that it always ends."""

import gzip
import time
import zlib
from dataclasses import replace
from importlib.metadata import version
from typing import Any, Final

import requests
import urllib3

from destination_mparticle import tuning
from destination_mparticle.http.response import ApiResponse, read_response
from destination_mparticle.http.settings import HttpSettings

_USER_AGENT: Final = f"airbyte-destination-mparticle/{version('airbyte-destination-mparticle')}"

_NO_RESPONSE: Final = (requests.RequestException, urllib3.exceptions.HTTPError)
"""What is raised where no usable response came: timeouts, resets, refused connections, malformed headers."""

_REFUSALS: Final = range(400, 500)

_PIECE_BYTES: Final = 65_536


def open_session() -> requests.Session:
    """Return a session whose requests say who sends them, and ask for uncompressed responses."""
    session = requests.Session()
    session.headers.update({"User-Agent": _USER_AGENT, "Accept-Encoding": "identity"})
    return session


def exchange(
    session: requests.Session,
    method: str,
    url: str,
    settings: HttpSettings,
    **content: Any,
) -> ApiResponse:
    """Send a request and return the response.

    Redirects are not followed: credentials stay with the host that they are for. A failure on the way is returned as a
    response without a status, and so is a body that is not complete within the `response_timeout`. A refusal (4xx)
    counts without a body. What the headers say counts in either case.
    """
    ends = time.monotonic() + settings.response_timeout
    timeout = (settings.connect_timeout, settings.read_timeout)
    try:
        with session.request(method, url, timeout=timeout, allow_redirects=False, stream=True, **content) as response:
            return _read_response(response, ends)
    except _NO_RESPONSE as error:
        return ApiResponse(None, type(error).__name__)


def _read_response(response: requests.Response, ends: float) -> ApiResponse:
    try:
        return read_response(response, _read(response, ends))
    except _NO_RESPONSE as error:
        status = response.status_code if response.status_code in _REFUSALS else None
        return replace(read_response(response, b""), status=status, message=type(error).__name__)


def _read(response: requests.Response, ends: float) -> bytes:
    """Read a body as its bytes come, and look at the clock whenever some have come."""
    body = bytearray()
    while piece := response.raw.read1(_PIECE_BYTES, decode_content=False):
        body += piece
        if len(body) > tuning.RESPONSE_BYTES:
            raise requests.exceptions.ContentDecodingError("the response is too long")
        if time.monotonic() > ends:
            raise requests.ReadTimeout("the response does not end")
    return _decoded(bytes(body), response.headers.get("Content-Encoding", ""))


def _decoded(body: bytes, encoding: str) -> bytes:
    """Decompress the body of a server that compresses unasked. `requests` itself misses a truncated stream."""
    if not body or encoding in {"", "identity"}:
        return body
    try:
        if encoding == "gzip":
            return gzip.decompress(body)
    except (OSError, EOFError, zlib.error):
        pass
    raise requests.exceptions.ContentDecodingError("the response cannot be decoded")
