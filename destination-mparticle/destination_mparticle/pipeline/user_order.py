"""How many batches a stream would have made, had its records come ordered by user and with few states between them.

It costs a few steps for a batch and nothing for a record, and its memory does not grow with the input.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Final
from zlib import crc32

from destination_mparticle.mapping.findings import Finding, notice
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.mparticle import limits

_SAMPLE: Final = 1024
"""Hashes that are kept. Up to so many users are counted exactly, and more of them to about a tenth."""

_WORTH_TELLING: Final = 2
"""How many times the necessary batches a stream has to make before the log says so."""


class UserCount:
    """Counts different users: exactly while they are few, then by those whose hashes end with enough zeros."""

    def __init__(self) -> None:
        self._hashes: set[int] = set()
        self._mask = 0

    def add(self, users: Iterable[str]) -> None:
        """Count users, each once, however often they are added."""
        mask = self._mask
        self._hashes.update([each for each in map(crc32, map(str.encode, users)) if not each & mask])
        while len(self._hashes) > _SAMPLE:
            self._mask = mask = 2 * mask + 1
            self._hashes = {each for each in self._hashes if not each & mask}

    def __int__(self) -> int:
        """Return how many there were."""
        return len(self._hashes) * (self._mask + 1)


class OrderWatch:
    """Counts the batches of one stream, and estimates those that its records need.

    Ordered by user, each user needs one batch, and one more for each full one and for each change of what is said about
    the user. Between two states, which part of each user's records brings such a change can be seen; the same part is
    assumed of all.
    """

    def __init__(self, stream: StreamKey) -> None:
        self._stream = stream
        self._users = UserCount()
        self._records = 0
        self._bytes = 0
        self._closed_early = 0
        self._closed_together = 0

    def closed_early(self, records: int, size_in_bytes: int) -> None:
        """Count a batch that its user's next record did not fit."""
        self._closed_early += 1
        self._records += records
        self._bytes += size_in_bytes

    def closed_together(self, users: Collection[str], records: int, size_in_bytes: int) -> None:
        """Count the batches, one for each user, that a state, a full window or the end has closed."""
        self._closed_together += len(users)
        self._users.add(users)
        self._records += records
        self._bytes += size_in_bytes

    @property
    def batches(self) -> int:
        """How many batches there were."""
        return self._closed_early + self._closed_together

    @property
    def necessary(self) -> int:
        """About how many would have done."""
        users = int(self._users)
        full = max(self._records / limits.REQUEST_EVENTS, self._bytes / limits.BATCH_BYTES)
        # The records that came while their user had an open batch.
        followed = self._records - self._closed_together
        changes = self._closed_early / followed * (self._records - users) if followed else 0.0
        return min(self.batches, users + round(max(full, changes)))

    def findings(self) -> Iterator[Finding]:
        """Say so where ordering the stream by user would have saved more than half of its batches."""
        if self.batches > _WORTH_TELLING * self.necessary:
            yield notice(
                f"The {self._records:,} records of stream {self._stream} made {self.batches:,} batches; ordered by "
                f"user, and with few states between them, they would have made about {self.necessary:,}. mParticle's "
                "limit counts batches: have the source order this stream by user, or write fewer states."
            )
