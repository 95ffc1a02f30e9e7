"""What became of every record, by stream."""

from bisect import insort
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.validation.reasons import Reason, Rejection

_MOST_LISTED: Final = 20
"""Causes that a sentence lists."""

_MOST_CAUSES: Final = 1000
"""Causes that are counted separately; attribute names are the sender's, so there is no end to them."""

_MOST_POSITIONS: Final = 5
"""Rejected records of one reason and stream that a sentence tells the numbers of."""

_LONGEST_NAME: Final = 256
"""Characters of a name that are logged and kept. A column's name can be as long as a record."""


class RejectCause(NamedTuple):
    """Why and where a record was rejected: the reason, the field, and the column that fills it; no value."""

    reason: Reason
    field: str
    column: str

    @classmethod
    def of(cls, rejection: Rejection) -> "RejectCause":
        """Return what a log may say of a rejection."""
        return cls(rejection.reason, _shown(rejection.field), _shown(rejection.column))

    def __str__(self) -> str:
        where = f" in `{self.field}`" if self.field else ""
        return self.reason.value + where + (f" (column `{self.column}`)" if self.column else "")


def _shown(name: str) -> str:
    """Return a name as a log can hold it: not endless, and without halves of surrogate pairs."""
    return name[:_LONGEST_NAME].encode("utf-8", "backslashreplace").decode()


@dataclass
class StreamStatistics:
    """The counts of one stream.

    `first_rejected` are the lowest numbers of rejected records by reason, counted from one. `held_back` are valid
    records that are not sent, because one before them was rejected. `waited` is in seconds, between retries;
    `percentage` is the last reported share of the rate limit in use.
    """

    received: int = 0
    accepted: int = 0
    held_back: int = 0
    rejected: Counter[RejectCause] = field(default_factory=Counter)
    first_rejected: dict[Reason, list[int]] = field(default_factory=dict)
    truncated: Counter[str] = field(default_factory=Counter)
    events: int = 0
    batches: int = 0
    requests: int = 0
    retries: int = 0
    waited: float = 0.0
    percentage: float = 0.0

    def count_rejected(self, rejection: Rejection, number: int) -> None:
        """Count the stream's record of that number, by its reason alone where there are too many causes to count."""
        cause = RejectCause.of(rejection)
        if cause not in self.rejected and len(self.rejected) >= _MOST_CAUSES:
            cause = RejectCause(rejection.reason, "", "")
        self.rejected[cause] += 1
        # What mParticle refuses is known in no certain order.
        first = self.first_rejected.setdefault(rejection.reason, [])
        insort(first, number)
        del first[_MOST_POSITIONS:]

    @property
    def in_progress(self) -> int:
        """Records that are neither accepted, held back nor rejected yet."""
        return self.received - self.accepted - self.held_back - self.rejected.total()


class SyncStatistics:
    """The counts of every stream."""

    def __init__(self, streams: Collection[StreamKey]) -> None:
        self.streams: Mapping[StreamKey, StreamStatistics] = {stream: StreamStatistics() for stream in streams}

    def rejected(self) -> Counter[RejectCause]:
        """Rejected records of all streams by reason, field and column."""
        total: Counter[RejectCause] = Counter()
        for statistics in self.streams.values():
            total.update(statistics.rejected)
        return total

    def total(self, count: Callable[[StreamStatistics], int]) -> int:
        """Return a count of all streams together."""
        return sum(map(count, self.streams.values()))


def summary(stream: StreamKey, statistics: StreamStatistics) -> str:
    """One line for the log. It holds counts and names of fields, and nothing of any record."""
    line = f"{stream}: in {statistics.received}, accepted {statistics.accepted}, rejected {statistics.rejected.total()}"
    if statistics.rejected:
        line += f" ({by_cause(statistics.rejected)})"
    if statistics.held_back:
        line += f", not sent {statistics.held_back}"
    if statistics.in_progress:
        line += f", in progress {statistics.in_progress}"
    if statistics.truncated:
        fields = ", ".join(f"{name} {count}" for name, count in sorted(statistics.truncated.items()))
        line += f", truncated {fields}"
    return line + (
        f"; events {statistics.events}, batches {statistics.batches}, requests {statistics.requests}, "
        f"retries {statistics.retries}, retry wait {statistics.waited:.1f} s, "
        f"rate limit {statistics.percentage:.0f} % used"
    )


def by_cause(rejected: Counter[RejectCause]) -> str:
    """List the counts of rejected records by cause, the most frequent first."""
    shown = [f"{cause}: {count}" for cause, count in rejected.most_common(_MOST_LISTED)]
    others = rejected.total() - sum(count for _, count in rejected.most_common(_MOST_LISTED))
    return ", ".join([*shown, f"others: {others}"] if others else shown)


def first_positions(statistics: StreamStatistics) -> str:
    """List by reason how many records were rejected and the numbers of the first, the earliest reason first."""
    counts: Counter[Reason] = Counter()
    for cause, count in statistics.rejected.items():
        counts[cause.reason] += count
    return "; ".join(
        f"{reason.value} {counts[reason]:,}, at {', '.join(map(str, first))}{', ...' * (counts[reason] > len(first))}"
        for reason, first in sorted(statistics.first_rejected.items(), key=lambda item: item[1])
    )
