"""Gather a stream's records by user into batches.

A batch closes when its user's next record does not fit it (another set of attributes, another route, size, count),
when the stream's window is full, at a state and at the end: functions of the input alone, never of time.
"""

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

    def add(self, draft: Draft) -> list[Batch]:
        """Take a record and return the batches that closed, in the order in which they are to be sent."""
        closed: list[Batch] = []
        current = self._open.get(draft.user)
        if current is not None and current.takes(draft):
            current.add(draft)
        else:
            if current is not None:
                closed.append(self._assemble(self._open.pop(draft.user)))
            self._open[draft.user] = _Open(draft)
        self._held_bytes += draft.weight
        if self._held_bytes >= self._window_bytes:
            closed += self.close()
        return closed

    def close(self) -> list[Batch]:
        """Close every open batch.

        Old events come first; a user has only one open batch, so the order of one user's batches is not touched, and
        requests change endpoint once rather than all the time.
        """
        batches = [self._assemble(opened) for opened in self._open.values()]
        self._open.clear()
        self._held_bytes = 0
        return sorted(batches, key=lambda batch: batch.route is not Route.HISTORICAL)

    def _assemble(self, opened: _Open) -> Batch:
        self._held_bytes -= sum(draft.weight for draft in opened.drafts)
        return assemble(self._stream, opened.drafts, self._salt)
