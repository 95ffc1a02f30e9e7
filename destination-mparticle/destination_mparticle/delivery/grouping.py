"""Gather a stream's records by user into batches.

A batch closes when its user's next record does not fit it (another set of attributes, another route, size, count),
when the stream's window is full, at a state and at the end: functions of the input alone, never of time.
"""

from collections import deque
from collections.abc import Iterator

from destination_mparticle import limits, policy
from destination_mparticle.delivery.batch import Batch, Draft, assemble, size
from destination_mparticle.delivery.routing import Route
from destination_mparticle.protocol.catalog import StreamKey


class _Open:
    """A batch that still takes records."""

    def __init__(self, draft: Draft) -> None:
        self.drafts = [draft]
        self._sizes = [] if draft.event is None else [len(draft.event)]
        self._bytes = size(draft.envelope, self._sizes)

    def takes(self, draft: Draft) -> bool:
        first = self.drafts[0]
        if draft.envelope != first.envelope or draft.route is not first.route:
            return False
        if (draft.event is None) != (first.event is None):
            return False
        grown = self._bytes + len(draft.event or b"") + 1
        return grown <= limits.BATCH_BYTES and len(self.drafts) < limits.REQUEST_EVENTS

    def add(self, draft: Draft) -> None:
        self.drafts.append(draft)
        self._bytes += len(draft.event or b"") + 1


class Grouper:
    """The open batches of one stream. Batches never mix streams, since each stream has states of its own."""

    def __init__(self, stream: StreamKey, salt: str, window_bytes: int = policy.WINDOW_BYTES) -> None:
        self._stream = stream
        self._salt = salt
        self._window_bytes = window_bytes
        self._open: dict[str, _Open] = {}
        self._held_bytes = 0

    @property
    def is_full(self) -> bool:
        """Whether the window is full, so that everything in it is to be closed."""
        return self._held_bytes >= self._window_bytes

    def add(self, draft: Draft) -> Batch | None:
        """Take a record and return the batch of its user that it closed, if it did not fit that one any more."""
        self._held_bytes += draft.weight
        current = self._open.get(draft.user)
        if current is not None and current.takes(draft):
            current.add(draft)
            return None
        self._open[draft.user] = _Open(draft)
        if current is None:
            return None
        self._held_bytes -= sum(held.weight for held in current.drafts)
        return self._assemble(current)

    def close(self) -> Iterator[Batch]:
        """Close every open batch, each when it is asked for, so that memory is given back on the way.

        Old events come first; a user has only one open batch, so the order of one user's batches is not touched, and
        requests change endpoint once rather than all the time.
        """
        waiting = deque(sorted(self._open.values(), key=lambda opened: opened.drafts[0].route is not Route.HISTORICAL))
        self._open.clear()
        self._held_bytes = 0
        while waiting:
            yield self._assemble(waiting.popleft())

    def _assemble(self, opened: _Open) -> Batch:
        return assemble(self._stream, opened.drafts, self._salt)
