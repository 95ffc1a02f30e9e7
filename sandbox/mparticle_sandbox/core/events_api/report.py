"""Exact counts of everything that was sent to the Events API, however little of it is kept."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass
class EventsReport:
    """Counts since the start.

    `refused` counts requests by status. `silently_dropped` and `batches_refused` count batches by reason: the response
    says nothing about the first, and something about each of the others.
    """

    requests: int = 0
    batches_accepted: int = 0
    events: int = 0
    duplicates: int = 0
    silently_dropped: Counter[str] = field(default_factory=Counter)
    batches_refused: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    rate_limited: Counter[str] = field(default_factory=Counter)
    requests_by_endpoint: Counter[str] = field(default_factory=Counter)
    batches_by_endpoint: Counter[str] = field(default_factory=Counter)
    batches_by_environment: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, Any]:
        """Return every count; those by name are objects."""
        return {name: dict(count) if isinstance(count, Counter) else count for name, count in vars(self).items()}
