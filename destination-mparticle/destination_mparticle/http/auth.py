"""How a request proves who sends it."""

from typing import Protocol

from requests.auth import AuthBase, HTTPBasicAuth

from destination_mparticle.http.response import ApiResponse
from destination_mparticle.http.session import Session


class Auth(Protocol):
    """Credentials of one API. An object belongs to one client, and so to one thread."""

    def acquire(self, session: Session) -> ApiResponse | None:
        """Get what requests need, such as a token. Returns None where it is there, else what came in its place."""

    def discard(self) -> bool:
        """Drop what was acquired, because a 401 came. Returns whether there is something to acquire anew."""

    def header(self) -> AuthBase:
        """Return what puts the credentials into a request, so that an entry in ~/.netrc is never sent instead."""


class BasicAuth:
    """A key and a secret, sent with every request."""

    def __init__(self, key: str, secret: str) -> None:
        self._header = HTTPBasicAuth(key.encode(), secret.encode())

    def acquire(self, session: Session) -> None:
        """Nothing has to be acquired."""

    def discard(self) -> bool:
        """Nothing was acquired."""
        return False

    def header(self) -> AuthBase:
        """Return HTTP's Basic scheme."""
        return self._header
