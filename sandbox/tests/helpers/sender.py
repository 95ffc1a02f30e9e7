"""Helper: a small client for the Events API of the sandbox, and the batches it sends."""

import json
from typing import Any, final

import requests
from mparticle_sandbox import SandboxProcess

_TIMEOUT_S = 10


def custom_event(**data: Any) -> dict[str, Any]:
    return {
        "event_type": "custom_event",
        "data": {"event_name": "Trip Searched", "custom_event_type": "search", **data},
    }


def batch(**fields: Any) -> dict[str, Any]:
    return {
        "environment": "development",
        "user_identities": {"customer_id": "c-1"},
        "events": [custom_event()],
        **fields,
    }


@final
class Sender:
    """Sends with the sandbox's key pair, or with another."""

    def __init__(self, sandbox: SandboxProcess, key: str | None = None, secret: str | None = None) -> None:
        self._sandbox = sandbox
        self._session = requests.Session()
        self._session.auth = (key or sandbox.api_key, secret or sandbox.api_secret)

    def __enter__(self) -> "Sender":
        return self

    def __exit__(self, *_error: object) -> None:
        self._session.close()

    def raw(self, path: str, body: bytes) -> requests.Response:
        return self._session.post(f"{self._sandbox.events_url}{path}", data=body, timeout=_TIMEOUT_S)

    def one(self, content: Any) -> requests.Response:
        return self.raw("/events", json.dumps(content).encode())

    def bulk(self, content: Any) -> requests.Response:
        return self.raw("/bulkevents", json.dumps(content).encode())

    def historical(self, content: Any) -> requests.Response:
        return self.raw("/bulkevents/historical", json.dumps(content).encode())
