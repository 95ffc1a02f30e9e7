"""What became of the requests that a stream makes for each of something: an app, a workspace, a user."""

from collections import Counter
from collections.abc import Callable
from threading import Lock

from source_mparticle.api.problems import MparticleError

# Of the answers that gave no row, no more than these are named in the log; the rest is counted.
NAMED = 10


class Tally:
    """Counts the answers of one fan-out, and decides at the last whether those without a row may be believed.

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
        self._without: Counter[str] = Counter()
        self._doubt: MparticleError | None = None

    def found(self) -> None:
        """An answer that proves the feature: an object with its key, or a list, empty ones included."""
        with self._lock:
            self._found += 1
        self._decide()

    def no_row(self, why: str, doubt: MparticleError | None, where: str = "") -> None:
        """An answer without a row. `why` completes "3 of 20 requests gave no row: 2 ..."; `where` is its path.

        Raises `doubt` if this was the last answer and none proved the feature; None where no row is an answer like any
        other.
        """
        with self._lock:
            self._without[why] += 1
            self._doubt = self._doubt or doubt
            named = where and self._without.total() <= NAMED
        if named:
            self._log(f"{self._stream}: no row for {where}, which {why}.")
        self._decide()

    def _decide(self) -> None:
        with self._lock:
            without = self._without.total()
            last = self._found + without == self._expected
        if not last:
            return
        if self._doubt and not self._found:
            raise self._doubt
        if without:
            reasons = ", ".join(f"{count} {why}" for why, count in self._without.items())
            self._log(f"{self._stream}: {without} of {self._expected} {self._things} gave no row: {reasons}.")
