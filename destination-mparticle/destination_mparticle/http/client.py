"""One API's connection: it sends calls with the API's address and credentials, and renews a token after a 401."""

from functools import partial
from typing import Final

from requests import PreparedRequest, Request

from destination_mparticle.http.auth import Auth
from destination_mparticle.http.call import Call
from destination_mparticle.http.exchange import exchange, open_session
from destination_mparticle.http.response import ApiResponse
from destination_mparticle.http.settings import DEFAULT_SETTINGS, HttpSettings

_UNAUTHORIZED: Final = 401


class HttpClient:
    """One connection to one API, for one thread. It judges and retries nothing, except that it renews a token once."""

    def __init__(self, base_url: str, auth: Auth, settings: HttpSettings = DEFAULT_SETTINGS) -> None:
        self._base_url = base_url
        self._auth = auth
        self._settings = settings
        self._session = open_session()
        self._start: tuple[str, str, bool] | None = None
        self._template = PreparedRequest()

    def send(self, call: Call) -> ApiResponse:
        """Send a request once; after a 401, once more where the credentials can be renewed.

        Without a usable response, the returned one has no status. Where no token can be had for the moment, it is that
        of the token's URL.
        """
        response = self._send(call)
        if response.status == _UNAUTHORIZED and self._auth.discard():
            response = self._send(call)
        return response

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def _send(self, call: Call) -> ApiResponse:
        failure = self._auth.acquire(self._session)
        if failure is not None:
            return failure
        return exchange(self._session, partial(self._request, call), self._settings)

    def _request(self, call: Call) -> PreparedRequest:
        """Return the request. What does not change from one to the next is prepared once."""
        start = (call.method, call.path, call.body is None)
        if start != self._start:
            headers = {} if call.body is None else {"Content-Type": "application/json"}
            # Without an `auth` of its own, it would get an entry of ~/.netrc.
            self._template = self._session.prepare_request(
                Request(call.method, f"{self._base_url}{call.path}", headers, auth=self._auth.header())
            )
            self._template.headers.pop("Cookie", None)
            self._start = start
        request = self._template.copy()
        if self._session.cookies:
            request.prepare_cookies(self._session.cookies)
        request.prepare_body(call.body, None)
        request.prepare_auth(self._auth.header())
        return request
