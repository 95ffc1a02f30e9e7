"""A single request on the wire and its response: timeouts, size and decompression, so that it always ends."""

import gzip
import io
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from http.client import HTTPException
from importlib.metadata import version
from typing import Final

import requests
import urllib3

from destination_mparticle import tuning
from destination_mparticle.http.response import ApiResponse, read_response
from destination_mparticle.http.session import Session, end_response_at
from destination_mparticle.http.settings import HttpSettings

_USER_AGENT: Final = f"airbyte-destination-mparticle/{version('airbyte-destination-mparticle')}"

_NO_RESPONSE: Final = (OSError, ValueError, HTTPException, urllib3.exceptions.HTTPError)
"""What is raised where no usable response came: timeouts, resets, refused connections, malformed headers.

The errors of `requests` are OSErrors. A ValueError comes of a header with a number or a text that cannot be read.
"""

_FINAL_WITHOUT_BODY: Final = range(300, 500)
"""Redirects and refusals: what they mean for the request does not depend on their bodies."""

_PIECE_BYTES: Final = 65_536


def open_session() -> Session:
    """Return a session whose requests say who sends them, and ask for uncompressed responses."""
    session = Session()
    session.headers.update({"User-Agent": _USER_AGENT, "Accept-Encoding": "identity"})
    return session


def exchange(session: Session, prepare: Callable[[], requests.PreparedRequest], settings: HttpSettings) -> ApiResponse:
    """Send the request that `prepare` makes, and return the response.

    Redirects are not followed: credentials stay with the host that they are for. A failure on the way is returned as a
    response without a status, and so is an address that cannot be asked, and a response that is not complete within the
    `response_timeout`. A redirect and a refusal (4xx) count without a body. What the headers say counts in either case.
    """
    end_response_at(time.monotonic() + settings.response_timeout)
    timeout = (settings.connect_timeout, settings.read_timeout)
    try:
        request = prepare()
        options = {
            **session.environment(str(request.url)),
            "timeout": timeout,
            "allow_redirects": False,
            "stream": True,
        }
        with session.send(request, **options) as response:
            return _read_response(response)
    except _NO_RESPONSE as error:
        return ApiResponse(None, type(error).__name__)


def _read_response(response: requests.Response) -> ApiResponse:
    try:
        return read_response(response, _read(response))
    except _NO_RESPONSE as error:
        status = response.status_code if response.status_code in _FINAL_WITHOUT_BODY else None
        return replace(read_response(response, b""), status=status, message=type(error).__name__)


def _read(response: requests.Response) -> bytes:
    """Read a body as its bytes come, up to the size limit."""
    body = bytearray()
    while piece := response.raw.read1(_PIECE_BYTES, decode_content=False):
        body += piece
        _check_length(body)
    return _decoded(bytes(body), response.headers.get("Content-Encoding", ""))


def _decoded(body: bytes, encoding: str) -> bytes:
    """Decompress the body of a server that compresses unasked. `requests` itself misses a truncated stream."""
    if not body or encoding in {"", "identity"}:
        return body
    if encoding != "gzip":
        raise requests.exceptions.ContentDecodingError("the response has an unknown encoding")
    try:
        # Reading up to the end finds a truncated stream, and the limit bounds the memory that a small body can take.
        decoded = gzip.GzipFile(fileobj=io.BytesIO(body)).read(tuning.RESPONSE_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        raise requests.exceptions.ContentDecodingError("the response cannot be decoded") from None
    _check_length(decoded)
    return decoded


def _check_length(body: bytes | bytearray) -> None:
    if len(body) > tuning.RESPONSE_BYTES:
        raise requests.exceptions.ContentDecodingError("the response is too long")
