"""mParticle's Events API over HTTP."""

from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

import orjson
import requests
from requests.auth import HTTPBasicAuth

from destination_mparticle import policy

_PERCENTAGE: Final = "X-mp-rate-limit-percentage-used"
_EXCEEDED: Final = "X-mp-rate-limit-exceeded"
_RETRY_AFTER: Final = ("Retry-After", "RetryAfter")
_AGENT: Final = f"airbyte-destination-mparticle/{version('airbyte-destination-mparticle')}"


@dataclass(frozen=True)
class Answer:
    """What came back: `status` is None where nothing did. `message` is mParticle's own, or the kind of failure."""

    status: int | None
    message: str = ""
    percentage_used: float | None = None
    retry_after: float | None = None
    exceeded: str = ""


class EventsClient:
    """One connection to the Events API. It answers, and leaves judging and repeating to others."""

    def __init__(
        self,
        base_url: str,
        api_key: str,
        api_secret: str,
        timeout: tuple[float, float] = (policy.CONNECT_SECONDS, policy.READ_SECONDS),
    ) -> None:
        self._base_url = base_url
        self._timeout = timeout
        self._session = requests.Session()
        self._session.auth = HTTPBasicAuth(api_key.encode(), api_secret.encode())
        self._session.headers.update({"Content-Type": "application/json", "User-Agent": _AGENT})

    def post(self, path: str, body: bytes) -> Answer:
        """Send a body. Time-outs, resets and refused connections come back as an answer without status."""
        try:
            response = self._session.post(
                f"{self._base_url}{path}", data=body, timeout=self._timeout, allow_redirects=False
            )
        except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
            return Answer(None, type(error).__name__)
        headers = response.headers
        return Answer(
            response.status_code,
            "" if response.ok else _message(response.content),
            _number(headers.get(_PERCENTAGE)),
            next((_number(headers[name]) for name in _RETRY_AFTER if name in headers), None),
            headers.get(_EXCEEDED, "").strip("\"' "),
        )

    def close(self) -> None:
        """Give the connection back."""
        self._session.close()


def _number(text: str | None) -> float | None:
    try:
        return float((text or "").strip("\"' "))
    except ValueError:
        return None


def _message(content: bytes) -> str:
    """Return the messages of an error body, whatever its form; bodies may be empty or not JSON at all."""
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
