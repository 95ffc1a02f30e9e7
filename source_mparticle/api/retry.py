"""Trying again: what failed for a moment is tried again, what failed for good is not."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from source_mparticle.api.problems import Unavailable

Result = TypeVar("Result")

LONGEST_WAIT_SECONDS = 60.0


def tried_again(ask: Callable[[], Result], waits: Sequence[float], sleep: Callable[[float], None]) -> Result:
    """The result of `ask`, called once more after each of the `waits` (seconds) while it raises a passing problem.

    A lost connection, 429 and 5xx pass. What the answer asks for in Retry-After comes before the wait in `waits`, up to
    a minute. The problem of the last try comes out.
    """
    for wait in waits:
        try:
            return ask()
        except Unavailable as answer:
            sleep(min(answer.retry_after or wait, LONGEST_WAIT_SECONDS))
    return ask()
