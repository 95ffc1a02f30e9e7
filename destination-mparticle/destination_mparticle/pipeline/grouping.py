"""Group a stream's records by user into batches, or put every record into a batch of its own.

A batch closes when its user's next record does not fit it (another set of attributes, another route, size, count),
when the stream's window is full, at a state and at the end: functions of the input alone, never of time.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Protocol

from destination_mparticle import tuning
from destination_mparticle.mapping.findings import Finding
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.mparticle import limits
from destination_mparticle.pipeline.batch import Batch, NewId, PreparedRecord, assemble
from destination_mparticle.pipeline.routing import Route
from destination_mparticle.pipeline.user_order import OrderWatch


class Grouping(Protocol):
    """How the records of one stream become batches. Batches never mix streams, which have states of their own."""

    def add(self, record: PreparedRecord) -> Iterable[Batch]:
        """Take a record and return the batches that it closes."""

    def close(self) -> Iterator[Batch]:
        """Close every open batch, each when it is asked for, so that memory is freed step by step."""

    def discard(self) -> int:
        """Forget the open batches and return how many records were in them."""

    def findings(self) -> Iterator[Finding]:
        """Yield what is worth saying, at the end of a sync, about how the records were grouped."""


class Single:
    """A batch for every event. Its id depends on nothing but that event, wherever it stands in the input."""

    def __init__(self, stream: StreamKey, new_id: NewId) -> None:
        self._stream = stream
        self._new_id = new_id

    def add(self, record: PreparedRecord) -> Iterable[Batch]:
        """Return the record's batch."""
        return (assemble(self._stream, [record], self._new_id),)

    def close(self) -> Iterator[Batch]:
        """Nothing is open."""
        yield from ()

    def discard(self) -> int:
        """Nothing is open."""
        return 0

    def findings(self) -> Iterator[Finding]:
        """Every event is a batch in any order."""
        yield from ()


class _Open:
    """A batch that still takes records."""

    def __init__(self, record: PreparedRecord) -> None:
        self.records = [record]
        self.weight = record.weight
        self.bytes = record.batch_bytes

    def takes(self, record: PreparedRecord) -> bool:
        first = self.records[0]
        if record.envelope != first.envelope or record.route is not first.route:
            return False
        if (record.event is None) != (first.event is None):
            return False
        return self.bytes + record.event_bytes + 1 <= limits.BATCH_BYTES and len(self.records) < limits.REQUEST_EVENTS

    def add(self, record: PreparedRecord) -> None:
        self.records.append(record)
        self.weight += record.weight
        self.bytes += record.event_bytes + 1


class ByUser:
    """One open batch for every user, within a window of bytes."""

    def __init__(self, stream: StreamKey, new_id: NewId, window_bytes: int = tuning.WINDOW_BYTES) -> None:
        self._stream = stream
        self._new_id = new_id
        self.order = OrderWatch(stream)
        self._window_bytes = window_bytes
        self._open: dict[str, _Open] = {}
        self._held_bytes = 0

    def add(self, record: PreparedRecord) -> Iterable[Batch]:
        """Take a record and return the batch of its user that it does not fit, and all when the window is full."""
        self._held_bytes += record.weight
        current = self._open.get(record.user)
        closed: Iterable[Batch] = ()
        if current is not None and current.takes(record):
            current.add(record)
        else:
            self._open[record.user] = _Open(record)
            if current is not None:
                self._held_bytes -= current.weight
                self.order.closed_early(len(current.records), current.bytes)
                closed = (self._assemble(current),)
        return chain(closed, self.close()) if self._held_bytes >= self._window_bytes else closed

    def close(self) -> Iterator[Batch]:
        """Close every open batch.

        Old events come first; a user has only one open batch, so the order of one user's batches is not touched, and
        requests change endpoint once rather than all the time.
        """
        opened = self._open.values()
        records = sum([len(each.records) for each in opened])
        self.order.closed_together(self._open.keys(), records, sum([each.bytes for each in opened]))
        closed = deque(sorted(opened, key=lambda each: each.records[0].route is not Route.HISTORICAL))
        self._open.clear()
        self._held_bytes = 0
        while closed:
            yield self._assemble(closed.popleft())

    def discard(self) -> int:
        """Forget the open batches and return how many records were in them."""
        records = sum(len(opened.records) for opened in self._open.values())
        self._open.clear()
        self._held_bytes = 0
        return records

    def findings(self) -> Iterator[Finding]:
        """Say so where an order by user would have saved most of the batches."""
        return self.order.findings()

    def _assemble(self, opened: _Open) -> Batch:
        return assemble(self._stream, opened.records, self._new_id)
