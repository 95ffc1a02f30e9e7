"""What became of the requests that a stream makes for each of something: an app, a workspace, a user."""

from collections import Counter
from collections.abc import Callable
from threading import Lock

from source_mparticle.api.errors import MparticleError

# Of the responses without a row, no more than these are named in the log; the rest is counted.
NAMED = 10


class PartitionOutcomes:
    """Counts the responses to a stream's partitions, and decides at the last whether those without a row are believed.

    A 404 for one app, or one object without its key, is no row: the others prove that the account has the feature.
    Where nothing proves it the stream fails, because it would look like an empty one. `things` is what the requests
    are for, as the log calls it.
    """

    def __init__(self, stream: str, expected: int, log: Callable[[str], None], things: str = "requests") -> None:
        self._stream = stream
        self._expected = expected
        self._log = log
        self._things = things
        self._lock = Lock()
        self._found = 0
        self._missing: Counter[str] = Counter()
        self._error: MparticleError | None = None

    def found(self) -> None:
        """Count a response that proves the feature: an object with its key, or a list, empty ones included."""
        with self._lock:
            self._found += 1
        self._decide()

    def missing(self, why: str, error: MparticleError | None, where: str = "") -> None:
        """Count a response without a row.

        `why` completes "3 of 20 requests returned no row: 2 ..."; `where` is its path.
        Raises `error` if this was the last response and none proved the feature; None where no row is a response like
        any other.
        """
        with self._lock:
            self._missing[why] += 1
            self._error = self._error or error
            is_named = where and self._missing.total() <= NAMED
        if is_named:
            self._log(f"{self._stream}: no row for {where}, which {why}.")
        self._decide()

    def _decide(self) -> None:
        with self._lock:
            missing = self._missing.total()
            is_last = self._found + missing == self._expected
        if not is_last:
            return
        if self._error and not self._found:
            raise self._error
        if missing:
            reasons = ", ".join(f"{count} {why}" for why, count in self._missing.items())
            self._log(f"{self._stream}: {missing} of {self._expected} {self._things} returned no row: {reasons}.")
