"""What became of every record, by stream."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from destination_mparticle.protocol.catalog import StreamKey
from destination_mparticle.validation.reasons import Reason


@dataclass
class Tally:
    """The counts of one stream.

    `waited` is in seconds, between retries; `percentage` is the last share of the limit in use.
    """

    received: int = 0
    accepted: int = 0
    rejected: Counter[Reason] = field(default_factory=Counter)
    cut: Counter[str] = field(default_factory=Counter)
    events: int = 0
    batches: int = 0
    requests: int = 0
    retries: int = 0
    waited: float = 0.0
    percentage: float = 0.0

    @property
    def unsettled(self) -> int:
        """Records that were neither accepted nor rejected."""
        return self.received - self.accepted - self.rejected.total()


class Ledger:
    """One tally for every stream."""

    def __init__(self, streams: Collection[StreamKey]) -> None:
        self.tallies: Mapping[StreamKey, Tally] = {stream: Tally() for stream in streams}

    def rejected(self) -> Counter[Reason]:
        """Rejected records of all streams by reason."""
        total: Counter[Reason] = Counter()
        for tally in self.tallies.values():
            total.update(tally.rejected)
        return total


def summary(stream: StreamKey, tally: Tally) -> str:
    """One line for the log. It holds counts and names of fields, and nothing of any record."""
    line = f"{stream}: in {tally.received}, accepted {tally.accepted}, rejected {tally.rejected.total()}"
    if tally.rejected:
        line += f" ({by_reason(tally.rejected)})"
    if tally.unsettled:
        line += f", under way {tally.unsettled}"
    if tally.cut:
        line += f", cut to length {', '.join(f'{name} {count}' for name, count in sorted(tally.cut.items()))}"
    return line + (
        f"; events {tally.events}, batches {tally.batches}, requests {tally.requests}, retries {tally.retries}, "
        f"waited {tally.waited:.1f} s for them, limit used {tally.percentage:.0f} %"
    )


def by_reason(rejected: Counter[Reason]) -> str:
    """Write out the counts of rejected records, the most frequent reason first."""
    return ", ".join(f"{reason.value} {count}" for reason, count in rejected.most_common())
