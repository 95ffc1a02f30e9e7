"""The batches that were accepted, in order of arrival."""

from collections import deque
from dataclasses import dataclass
from itertools import islice


@dataclass(frozen=True)
class StoredBatch:
    """One accepted batch, as the exact text that was sent. `at_ms`: milliseconds since the epoch."""

    text: str
    user: str
    endpoint: str
    at_ms: int
    events: int


class BatchStore:
    """Holds the last `keep` batches, all together and by user; the oldest are forgotten first."""

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._batches: deque[StoredBatch] = deque()
        self._by_user: dict[str, deque[StoredBatch]] = {}

    def __len__(self) -> int:
        return len(self._batches)

    def add(self, batch: StoredBatch) -> None:
        """Store a batch, and forget the oldest where there is one too many."""
        self._batches.append(batch)
        self._by_user.setdefault(batch.user, deque()).append(batch)
        if len(self._batches) > self._keep:
            self._forget(self._batches.popleft())

    def page(self, offset: int, limit: int) -> list[StoredBatch]:
        """Return up to `limit` batches from `offset` on, counted from the oldest that is still known."""
        return list(islice(self._batches, offset, offset + limit))

    def users(self) -> dict[str, int]:
        """Return the number of stored batches by user, in the order in which the users came."""
        return {user: len(batches) for user, batches in self._by_user.items()}

    def of_user(self, user: str) -> list[StoredBatch]:
        """Return the batches of a user in order of arrival; an unknown user has none."""
        return list(self._by_user.get(user, ()))

    def _forget(self, batch: StoredBatch) -> None:
        batches = self._by_user[batch.user]
        batches.popleft()
        if not batches:
            del self._by_user[batch.user]
