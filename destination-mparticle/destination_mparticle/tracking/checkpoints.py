"""States as receipts: which of them may go out, and what they count."""

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from typing import Generic, TypeVar

from destination_mparticle.mapping.streams import StreamKey

S = TypeVar("S")


@dataclass
class _Interval:
    """The records of one stream between two of its states."""

    received: int = 0
    accepted: int = 0
    rejected: int = 0

    @property
    def is_settled(self) -> bool:
        return self.accepted + self.rejected == self.received


@dataclass(frozen=True)
class Receipt(Generic[S]):
    """A state that may go out, with the records that it confirms."""

    state: S
    accepted: int
    rejected: int


@dataclass(frozen=True)
class _WaitingState(Generic[S]):
    state: S
    position: int
    intervals: tuple[int, ...]


class Checkpoints(Generic[S]):
    """Holds states back until every record before them is settled, and hands them out in the order they came.

    With `stop_at_reject`, no state that came after a rejected record is ever handed out.
    """

    def __init__(self, streams: Collection[StreamKey], *, stop_at_reject: bool) -> None:
        self._stop_at_reject = stop_at_reject
        self._first_reject: int | None = None
        self._intervals: dict[int, _Interval] = {}
        self._current: dict[StreamKey, int] = {}
        self._next = 0
        self._position = 0
        self._waiting: deque[_WaitingState[S]] = deque()
        for stream in streams:
            self._begin(stream)

    @property
    def has_stopped(self) -> bool:
        """Whether a rejected record has ended the states."""
        return self._stop_at_reject and self._first_reject is not None

    def received(self, stream: StreamKey) -> tuple[int, int]:
        """Count a record in. Returns its position in the input and the number of its interval."""
        number = self._current[stream]
        self._intervals[number].received += 1
        self._position += 1
        return self._position, number

    def accepted(self, interval: int, count: int = 1) -> None:
        """Count records that mParticle accepted."""
        self._intervals[interval].accepted += count

    def rejected(self, interval: int, position: int) -> list[S]:
        """Count a record that was rejected, and return the waiting states that will never be handed out for it."""
        self._intervals[interval].rejected += 1
        if not self._stop_at_reject or (self._first_reject is not None and position >= self._first_reject):
            return []
        self._first_reject = position
        never = [waiting.state for waiting in self._waiting if waiting.position >= position]
        self._waiting = deque(waiting for waiting in self._waiting if waiting.position < position)
        return never

    def state(self, state: S, stream: StreamKey | None) -> bool:
        """Take a state of one stream, or of all streams where `stream` is None.

        Returns False for a state that is certain never to be handed out, and so was not kept.
        """
        if self.has_stopped:
            return False
        covered = [stream] if stream is not None else list(self._current)
        intervals = tuple(self._current[key] for key in covered if key in self._current)
        self._waiting.append(_WaitingState(state, self._position, intervals))
        for key in covered:
            if key in self._current:
                self._begin(key)
        return True

    def ready(self) -> list[Receipt[S]]:
        """Return the states that may go out, each only once."""
        receipts = []
        while self._waiting and self._may_go(self._waiting[0]):
            waiting = self._waiting.popleft()
            covered = [self._intervals.pop(number) for number in waiting.intervals]
            receipts.append(
                Receipt(
                    waiting.state,
                    sum(interval.accepted for interval in covered),
                    sum(interval.rejected for interval in covered),
                )
            )
        return receipts

    def _may_go(self, waiting: _WaitingState[S]) -> bool:
        return all(self._intervals[number].is_settled for number in waiting.intervals)

    def _begin(self, stream: StreamKey) -> None:
        self._current[stream] = self._next
        self._intervals[self._next] = _Interval()
        self._next += 1
