"""mParticle's Events API over HTTP."""

from requests.auth import HTTPBasicAuth

from destination_mparticle import tuning
from destination_mparticle.http.exchange import exchange, open_session
from destination_mparticle.http.response import ApiResponse


class EventsClient:
    """One connection to the Events API. It answers, and leaves judging and repeating to others."""

    def __init__(
        self,
        base_url: str,
        api_key: str,
        api_secret: str,
        timeout: tuple[float, float] = (tuning.CONNECT_SECONDS, tuning.READ_SECONDS),
        answer_seconds: float = tuning.ANSWER_SECONDS,
    ) -> None:
        self._base_url = base_url
        self._timeout = timeout
        self._answer_seconds = answer_seconds
        self._session = open_session()
        self._session.auth = HTTPBasicAuth(api_key.encode(), api_secret.encode())
        self._session.headers["Content-Type"] = "application/json"

    def post(self, path: str, body: bytes) -> ApiResponse:
        """Send a body. Where no answer comes, the answer has no status."""
        url = f"{self._base_url}{path}"
        answer, _ = exchange(self._session, "POST", url, self._timeout, self._answer_seconds, data=body)
        return answer

    def close(self) -> None:
        """Give the connection back."""
        self._session.close()
