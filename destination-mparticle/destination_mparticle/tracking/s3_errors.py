"""What an error of a bucket is called, and whether it may pass. Needs the extra `s3`.

The file system turns the responses of a bucket into errors of the system. What caused them says more.
"""

from typing import Final

from aiohttp import ClientPayloadError
from botocore import exceptions  # type: ignore[import-untyped]
from botocore.parsers import ResponseParserError  # type: ignore[import-untyped]
from fsspec.exceptions import FSTimeoutError
from s3fs.errors import ERROR_CODE_TO_EXCEPTION  # type: ignore[import-untyped]

_NO_RESPONSE: Final = (
    *(exceptions.ConnectionError, exceptions.HTTPClientError, ResponseParserError),
    *(ClientPayloadError, FSTimeoutError, TimeoutError),
)
"""What is raised where no usable response came, after all retries."""

_PASSING: Final = frozenset((408, 429, 500, 502, 503, 504))
_TIMEOUT: Final = "RequestTimeout"
"""Comes with 400: the bucket waited too long for the upload."""


def may_pass(error: Exception) -> bool:
    """Say whether the same may work later: the server failed or was too slow, or could not be reached."""
    response = _response(error)
    if response is None:
        return isinstance(error, _NO_RESPONSE) and not isinstance(error, exceptions.SSLError)
    return _status(response) in _PASSING or _code(response) == _TIMEOUT


def kind_of(error: Exception) -> str:
    """Return the type of an error and, where the bucket responded, S3's word for it or the HTTP status."""
    response = _response(error)
    if response is None:
        return type(error).__name__
    return f"{type(error).__name__}, {_code(response) or _status(response)}"


def _response(error: Exception) -> exceptions.ClientError | None:
    return next((each for each in (error, error.__cause__) if isinstance(each, exceptions.ClientError)), None)


def _status(response: exceptions.ClientError) -> int:
    return int(response.response["ResponseMetadata"].get("HTTPStatusCode", 0))


def _code(response: exceptions.ClientError) -> str:
    """Return S3's word for an error, or nothing for any other: whoever responded may repeat what was sent."""
    code = str(response.response.get("Error", {}).get("Code", ""))
    return code if code in ERROR_CODE_TO_EXCEPTION else ""
