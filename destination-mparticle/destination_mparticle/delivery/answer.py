"""What mParticle answers over HTTP, whichever of its APIs was asked."""

from dataclasses import dataclass
from typing import Final

import orjson
import requests

NO_ANSWER: Final = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
"""What `requests` raises where no answer came: time-outs, resets, refused connections."""

_PERCENTAGE: Final = "X-mp-rate-limit-percentage-used"
_EXCEEDED: Final = "X-mp-rate-limit-exceeded"
_RETRY_AFTER: Final = ("Retry-After", "RetryAfter")


@dataclass(frozen=True)
class Answer:
    """What came back: `status` is None where nothing did. `message` is mParticle's own, or the kind of failure."""

    status: int | None
    message: str = ""
    percentage_used: float | None = None
    retry_after: float | None = None
    exceeded: str = ""


def read_answer(response: requests.Response) -> Answer:
    """Return what the status, the headers and, of a refusal, the body say."""
    headers = response.headers
    return Answer(
        response.status_code,
        "" if response.ok else message_in(response.content),
        _number(headers.get(_PERCENTAGE)),
        next((_number(headers[name]) for name in _RETRY_AFTER if name in headers), None),
        headers.get(_EXCEEDED, "").strip("\"' "),
    )


def _number(text: str | None) -> float | None:
    try:
        return float((text or "").strip("\"' "))
    except ValueError:
        return None


def message_in(content: bytes) -> str:
    """Return the messages of errors in a body, whatever its form; bodies may be empty or not JSON at all."""
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError:
        return ""
    if not isinstance(body, dict):
        return ""
    errors = body.get("errors")
    found = [error.get("message") for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    texts = [text for text in (*found, body.get("message")) if isinstance(text, str)]
    return " ".join(texts)
