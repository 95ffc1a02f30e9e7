"""What an error of a bucket is called, and whether it may pass. Needs the extra `s3`.

The file system turns the responses of a bucket into errors of the system. What caused them says more.
"""

import re
from typing import Final

from aiohttp import ClientPayloadError
from botocore import exceptions  # type: ignore[import-untyped]
from botocore.parsers import ResponseParserError  # type: ignore[import-untyped]
from fsspec.exceptions import FSTimeoutError

_NO_RESPONSE: Final = (
    *(exceptions.ConnectionError, exceptions.HTTPClientError, ResponseParserError),
    *(ClientPayloadError, FSTimeoutError, TimeoutError),
)
"""What is raised where no usable response came, after all retries."""

_PASSING: Final = frozenset((408, 429, 500, 502, 503, 504))
_TIMEOUT: Final = "RequestTimeout"
"""Comes with 400: the bucket waited too long for the upload."""

_CODE: Final = re.compile(r"[A-Za-z]{1,60}|[0-9]{3}")


def may_pass(error: Exception) -> bool:
    """Say whether the same may work later: the server failed or was too slow, or could not be reached."""
    response = _response(error)
    if response is None:
        return isinstance(error, _NO_RESPONSE) and not isinstance(error, exceptions.SSLError)
    return response.response["ResponseMetadata"].get("HTTPStatusCode") in _PASSING or _code(response) == _TIMEOUT


def kind_of(error: Exception) -> str:
    """Return the type of an error, and the bucket's own word for it."""
    response = _response(error)
    code = "" if response is None else _code(response)
    return f"{type(error).__name__}, {code}" if code else type(error).__name__


def _response(error: Exception) -> exceptions.ClientError | None:
    return next((each for each in (error, error.__cause__) if isinstance(each, exceptions.ClientError)), None)


def _code(response: exceptions.ClientError) -> str:
    """Return S3's word for an error, where it looks like one: it comes from whoever responded."""
    code = str(response.response.get("Error", {}).get("Code", ""))
    return code if _CODE.fullmatch(code) else ""
