"""What mParticle responds over HTTP, whichever of its APIs was called."""

import html
import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any, Final

import orjson
import requests

_PERCENTAGE: Final = "X-mp-rate-limit-percentage-used"
_EXCEEDED: Final = "X-mp-rate-limit-exceeded"
_ERRORS: Final = frozenset(("errors", "error"))
_RETRY_AFTER: Final = ("Retry-After", "RetryAfter")


@dataclass(frozen=True)
class ApiResponse:
    """What came back.

    `status` is None where nothing did, and then `message` is the kind of failure. `errors` are mParticle's own
    sentences, one for each error in the body. `is_json` says whether the body, if there is one, is JSON. `content` is
    the body. `retry_after` is in seconds, `percentage_used` from 0 to 100.
    """

    status: int | None
    message: str = ""
    errors: tuple[str, ...] = ()
    is_json: bool = True
    percentage_used: float | None = None
    retry_after: float | None = None
    exceeded: str = ""
    content: bytes = b""

    @property
    def error_text(self) -> str:
        """All that mParticle says about what is wrong."""
        return " ".join((*self.errors, self.message)).strip()


def read_response(response: requests.Response, content: bytes, now: datetime | None = None) -> ApiResponse:
    """Return what the status, the headers and the body say."""
    headers = response.headers
    body, is_json = _parse(content)
    return ApiResponse(
        response.status_code,
        "" if response.ok else _message_in(body),
        tuple(_errors_in(body)),
        is_json,
        _percentage(headers),
        next((_seconds(headers[name], now) for name in _RETRY_AFTER if name in headers), None),
        headers.get(_EXCEEDED, "").strip("\"' "),
        content,
    )


def _parse(content: bytes) -> tuple[Any, bool]:
    if not content.strip():
        return None, True
    try:
        return orjson.loads(content), True
    except orjson.JSONDecodeError:
        return None, False


def _errors_in(body: Any) -> Iterator[str]:
    """Yield one sentence for each entry of `errors`, unescaped; the service escapes its sentences for HTML."""
    errors = next((body[name] for name in body if name.lower() in _ERRORS), None) if isinstance(body, dict) else None
    for error in errors if isinstance(errors, list) else [errors] if errors else []:
        text = error.get("message") if isinstance(error, dict) else error
        yield html.unescape(text) if isinstance(text, str) else ""


def _message_in(body: Any) -> str:
    text = body.get("message") if isinstance(body, dict) else None
    return html.unescape(text) if isinstance(text, str) else ""


def _percentage(headers: Mapping[str, str]) -> float | None:
    return _number(headers.get(_PERCENTAGE, ""))


def _seconds(text: str, now: datetime | None) -> float | None:
    """Return how long to wait: a number of seconds, or the time until an HTTP date."""
    number = _number(text)
    if number is not None:
        return max(0.0, number)
    with suppress(TypeError, ValueError):
        timestamp = parsedate_to_datetime(text)
        timestamp = timestamp if timestamp.tzinfo else timestamp.replace(tzinfo=timezone.utc)
        return max(0.0, (timestamp - (now or datetime.now(timezone.utc))).total_seconds())
    return None


def _number(text: str) -> float | None:
    with suppress(ValueError):
        number = float(text.strip("\"' "))
        return number if math.isfinite(number) else None
    return None
