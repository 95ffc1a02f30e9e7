"""Helper: a small HTTP client for the sandbox."""

from typing import Any

import requests
from mparticle_sandbox import SandboxProcess

_TIMEOUT_S = 10


class Client(requests.Session):
    """A session whose addresses are paths of the sandbox."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        super().__init__()
        self.sandbox = sandbox

    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs.setdefault("timeout", _TIMEOUT_S)
        return super().request(method, f"{self.sandbox.url}{url}", *args, **kwargs)

    def ask_for_token(self, **changes: str | None) -> requests.Response:
        """Post the right credentials with `changes`; None leaves a field out."""
        body: dict[str, str | None] = {
            "client_id": self.sandbox.client_id,
            "client_secret": self.sandbox.client_secret,
            "audience": "https://api.mparticle.com",
            "grant_type": "client_credentials",
            **changes,
        }
        return self.post("/oauth/token", json={name: value for name, value in body.items() if value is not None})

    def sign_in(self) -> None:
        """Get a token and send it from then on."""
        self.headers["Authorization"] = f"Bearer {self.ask_for_token().json()['access_token']}"
