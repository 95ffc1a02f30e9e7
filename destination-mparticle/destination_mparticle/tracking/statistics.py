"""What became of every record, by stream."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from destination_mparticle.protocol.catalog import StreamKey
from destination_mparticle.validation.reasons import Reason, Rejection

_MOST_REASONS: Final = 20
"""Reasons that a sentence lists."""

_MOST_PLACES: Final = 1000
"""Places that are told apart; names of attributes are the sender's, so there is no end to them."""


class RejectCause(NamedTuple):
    """RejectCause and where a record was rejected: the reason, the field, and the column that fills it; no value."""

    reason: Reason
    field: str
    column: str

    @classmethod
    def of(cls, rejection: Rejection) -> "RejectCause":
        """Return what can be told of a rejection in a log."""
        return cls(rejection.reason, rejection.field, rejection.column)

    def __str__(self) -> str:
        where = f" in `{self.field}`" if self.field else ""
        return self.reason.value + where + (f" (column `{self.column}`)" if self.column else "")


@dataclass
class StreamStatistics:
    """The counts of one stream.

    `held_back` are valid records that are not sent, because one before them was rejected. `waited` is in seconds,
    between retries; `percentage` is the last share of the limit in use.
    """

    received: int = 0
    accepted: int = 0
    held_back: int = 0
    rejected: Counter[RejectCause] = field(default_factory=Counter)
    cut: Counter[str] = field(default_factory=Counter)
    events: int = 0
    batches: int = 0
    requests: int = 0
    retries: int = 0
    waited: float = 0.0
    percentage: float = 0.0

    def count_rejected(self, rejection: Rejection) -> None:
        """Count a rejected record, by its reason alone where there are too many places to tell them all."""
        why = RejectCause.of(rejection)
        if why not in self.rejected and len(self.rejected) >= _MOST_PLACES:
            why = RejectCause(rejection.reason, "", "")
        self.rejected[why] += 1

    @property
    def unsettled(self) -> int:
        """Records whose fate is still open."""
        return self.received - self.accepted - self.held_back - self.rejected.total()


class SyncStatistics:
    """One tally for every stream."""

    def __init__(self, streams: Collection[StreamKey]) -> None:
        self.tallies: Mapping[StreamKey, StreamStatistics] = {stream: StreamStatistics() for stream in streams}

    def rejected(self) -> Counter[RejectCause]:
        """Rejected records of all streams by reason, field and column."""
        total: Counter[RejectCause] = Counter()
        for tally in self.tallies.values():
            total.update(tally.rejected)
        return total

    def total(self, count: Callable[[StreamStatistics], int]) -> int:
        """Return a count of all streams together."""
        return sum(count(tally) for tally in self.tallies.values())


def summary(stream: StreamKey, tally: StreamStatistics) -> str:
    """One line for the log. It holds counts and names of fields, and nothing of any record."""
    line = f"{stream}: in {tally.received}, accepted {tally.accepted}, rejected {tally.rejected.total()}"
    if tally.rejected:
        line += f" ({by_reason(tally.rejected)})"
    if tally.held_back:
        line += f", not sent {tally.held_back}"
    if tally.unsettled:
        line += f", under way {tally.unsettled}"
    if tally.cut:
        line += f", cut to length {', '.join(f'{name} {count}' for name, count in sorted(tally.cut.items()))}"
    return line + (
        f"; events {tally.events}, batches {tally.batches}, requests {tally.requests}, retries {tally.retries}, "
        f"retry wait {tally.waited:.1f} s, rate limit {tally.percentage:.0f} % used"
    )


def by_reason(rejected: Counter[RejectCause]) -> str:
    """Write out the counts of rejected records, the most frequent first."""
    shown = [f"{why}: {count}" for why, count in rejected.most_common(_MOST_REASONS)]
    others = rejected.total() - sum(count for _, count in rejected.most_common(_MOST_REASONS))
    return ", ".join([*shown, f"others: {others}"] if others else shown)
