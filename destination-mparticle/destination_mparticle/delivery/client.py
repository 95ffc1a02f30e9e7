"""mParticle's Events API over HTTP."""

from importlib.metadata import version
from typing import Final

import requests
from requests.auth import HTTPBasicAuth

from destination_mparticle import policy
from destination_mparticle.delivery.answer import NO_ANSWER, Answer, read_answer

USER_AGENT: Final = f"airbyte-destination-mparticle/{version('airbyte-destination-mparticle')}"


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
        self._session.headers.update({"Content-Type": "application/json", "User-Agent": USER_AGENT})

    def post(self, path: str, body: bytes) -> Answer:
        """Send a body. Time-outs, resets and refused connections come back as an answer without status."""
        try:
            response = self._session.post(
                f"{self._base_url}{path}", data=body, timeout=self._timeout, allow_redirects=False
            )
        except NO_ANSWER as error:
            return Answer(None, type(error).__name__)
        return read_answer(response)

    def close(self) -> None:
        """Give the connection back."""
        self._session.close()
