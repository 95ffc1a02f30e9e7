"""What mParticle responds over HTTP, whichever of its APIs was called."""

import html
import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any, Final

import requests

from destination_mparticle.json_reading import loads
from destination_mparticle.protocol.output import mask

_PERCENTAGE: Final = "X-mp-rate-limit-percentage-used"
_EXCEEDED: Final = "X-mp-rate-limit-exceeded"
_ERRORS: Final = ("errors", "error")
_RETRY_AFTER: Final = ("Retry-After", "RetryAfter")

_HALF: Final = 1_000
"""Characters that are kept of either end of a sentence. It is stored with every record that it is about."""

_MOST_ERRORS: Final = 1_000
"""Errors that are read of a response: more than a request has batches."""

_HIGHEST_PERCENTAGE: Final = 1_000
"""More than this cannot be meant."""

_LONGEST_WAIT: Final = 1e9
"""Seconds, some thirty years: more than anyone waits, and as many as a wait can take."""


@dataclass(frozen=True)
class ApiResponse:
    """What came back.

    `status` is None where nothing did, and then `message` is the kind of failure. `errors` are mParticle's own
    sentences, one for each error in the body, long ones without their middle. `is_json` says whether the body, if there
    is one, is JSON. `content` is the body. `retry_after` is in seconds, `percentage_used` from 0 to 100.
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
        """All that mParticle says about what is wrong, without the middle where it is long."""
        return _shortened(" ".join((*self.errors, self.message)).strip())


def read_response(response: requests.Response, content: bytes, now: datetime | None = None) -> ApiResponse:
    """Return what the status, the headers and the body say."""
    headers = response.headers
    body, is_json = _parse(content)
    return ApiResponse(
        response.status_code,
        "" if response.ok else _sentence(body),
        tuple(islice(_errors_in(body), _MOST_ERRORS)),
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
        # A number that is too long for most readers, or half a character, makes a success no failure.
        return loads(content), True
    except ValueError:
        return None, False


def _errors_in(body: Any) -> Iterator[str]:
    """Yield one sentence for each error that a body has, whichever name it goes by. None of them is left unnoticed."""
    for part in _parts(body):
        for name in _ERRORS:
            for errors in _values(part, name):
                yield from map(_sentence, errors if isinstance(errors, list) else [errors] if errors else [])


def _parts(body: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects in which errors may stand: the body, what it has as `data`, and the entries of either."""
    for outer in _objects(body):
        yield outer
        for data in _values(outer, "data"):
            yield from _objects(data)


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    yield from (entry for entry in (value if isinstance(value, list) else [value]) if isinstance(entry, dict))


def _values(part: dict[str, Any], name: str) -> Iterator[Any]:
    yield from (value for key, value in part.items() if key.lower() == name)


def _sentence(error: Any) -> str:
    """Return what an error says, unescaped: the service escapes its sentences for HTML. Empty where it says nothing."""
    texts = _values(error, "message") if isinstance(error, dict) else iter((error,))
    return next((_shortened(_unescaped(text)) for text in texts if isinstance(text, str)), "")


def _unescaped(text: str) -> str:
    # A character's number may have more digits than Python reads.
    with suppress(ValueError):
        text = html.unescape(text)
    return text.encode(errors="replace").decode()


def _shortened(text: str) -> str:
    """Return the ends of a long sentence: what is wrong stands at its beginning, the place at its end."""
    if len(text) <= 2 * _HALF:
        return text
    # Half a secret would not be found any more.
    masked = mask(text)
    return f"{masked[:_HALF]} … {masked[-_HALF:]}"


def _percentage(headers: Mapping[str, str]) -> float | None:
    number = _number(headers.get(_PERCENTAGE, ""))
    return number if number is not None and 0 <= number <= _HIGHEST_PERCENTAGE else None


def _seconds(text: str, now: datetime | None) -> float | None:
    """Return how long to wait: a number of seconds, or the time until an HTTP date."""
    number = _number(text)
    if number is not None:
        return min(max(0.0, number), _LONGEST_WAIT)
    with suppress(TypeError, ValueError, OverflowError):
        timestamp = parsedate_to_datetime(text)
        timestamp = timestamp if timestamp.tzinfo else timestamp.replace(tzinfo=timezone.utc)
        seconds = (timestamp - (now or datetime.now(timezone.utc))).total_seconds()
        return min(max(0.0, seconds), _LONGEST_WAIT)
    return None


def _number(text: str) -> float | None:
    with suppress(ValueError):
        number = float(text.strip("\"' "))
        return number if math.isfinite(number) else None
    return None
