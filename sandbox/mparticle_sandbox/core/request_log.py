"""What the sandbox was asked: exact counts, and the last requests without header or body."""

from collections import Counter, deque
from dataclasses import asdict, dataclass
from typing import Any


@dataclass
class LoggedRequest:
    """One request. `status` stays None while no response has left, and for good where the connection was dropped."""

    method: str
    path: str
    query: str
    status: int | None
    at_ms: int


class RequestLog:
    """Counts every request and remembers the last `keep` of them."""

    def __init__(self, keep: int) -> None:
        self._total = 0
        self._by_route: Counter[str] = Counter()
        self._requests: deque[LoggedRequest] = deque(maxlen=keep)

    def add(self, method: str, path: str, query: str, at_ms: int) -> LoggedRequest:
        """Count a request that has arrived at `at_ms` (milliseconds since the epoch); its status is filled in later."""
        entry = LoggedRequest(method, path, query, None, at_ms)
        self._total += 1
        self._by_route[f"{method} {path}"] += 1
        self._requests.append(entry)
        return entry

    def clear(self) -> None:
        """Start counting from nothing."""
        self._total = 0
        self._by_route.clear()
        self._requests.clear()

    def report(self) -> dict[str, Any]:
        """Return `{"total", "by_route", "requests"}` with the requests in order of arrival."""
        return {
            "total": self._total,
            "by_route": dict(self._by_route),
            "requests": [asdict(entry) for entry in self._requests],
        }
