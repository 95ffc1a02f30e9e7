"""Helper of the tests: an endpoint that fails as it is told to, and a clock that only moves when somebody sleeps."""

import threading
from typing import Any

from source_mparticle.api.errors import Unavailable

API = "api.test.example"


SSO = "sso.test.example"


class Time:
    """Seconds that pass while somebody sleeps; each thread's own, for they sleep at the same time."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Server:
    """Responds with what it is given, in order, repeating the last; an exception is raised."""

    def __init__(self, *responses: Any) -> None:
        self.responses = list(responses)
        self.calls = 0
        self._lock = threading.Lock()

    def __call__(self) -> Any:
        with self._lock:
            self.calls += 1
            response = self.responses[0] if len(self.responses) == 1 else self.responses.pop(0)
        if isinstance(response, Exception):
            raise response
        return response


def down() -> Unavailable:
    return Unavailable("down", status=503)


def busy(seconds: float) -> Unavailable:
    return Unavailable("busy", seconds, 429)


def lost_after(time: Time, seconds: float, *responses: Any) -> Any:
    """A server that is silent for so long, and then responds if it has responses."""
    server = Server(*responses, down())

    def ask() -> Any:
        time.now += seconds
        return server()

    return ask
