"""When to try a request again, and when to stop trying."""

import random
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from typing import Final

from destination_mparticle import tuning
from destination_mparticle.http.response import ApiResponse


class Verdict(Enum):
    """What an answer of mParticle means for the request."""

    ACCEPTED = "accepted"
    RETRY = "retry"
    """Over the limit, a server error, or no answer at all: the same bytes may pass later."""
    SPLIT = "split"
    """Something in the request is wrong: find out what by halving it."""
    CREDENTIALS = "credentials"
    FAIL = "fail"
    """An answer that neither waiting nor halving can change."""


EVENTS_ACCEPTED: Final = frozenset((200, 202))
"""What confirms a request to the Events API, which documents 202 alone."""

PLATFORM_ACCEPTED: Final = frozenset((200, 201, 202, 204))
"""What confirms a request to the Platform API: 200 for a look, the others as the method has it."""

_TOO_LARGE: Final = 413
"""May well come from a gateway with a page of its own, and smaller requests pass all the same."""

_CUT: Final = frozenset((400, _TOO_LARGE))
_CREDENTIALS: Final = frozenset((401, 403))
_AGAIN: Final = frozenset((408, 425, 429))
_SERVER_ERRORS: Final = range(500, 600)


def verdict(answer: ApiResponse, accepted: Collection[int] = PLATFORM_ACCEPTED) -> Verdict:
    """Judge an answer. A success or a refusal whose body is not JSON comes from something else than mParticle."""
    status = answer.status
    if status is None or status in _AGAIN or status in _SERVER_ERRORS:
        return Verdict.RETRY
    if status in accepted and answer.is_json:
        return Verdict.ACCEPTED
    if status in _CUT and (answer.is_json or status == _TOO_LARGE):
        return Verdict.SPLIT
    return Verdict.CREDENTIALS if status in _CREDENTIALS else Verdict.FAIL


@dataclass(frozen=True)
class RetryPolicy:
    """Exponential backoff with full jitter, for at most `total_seconds` after the first try.

    The n-th wait is a random time between nothing and `base_seconds` times two to the n, never over `cap_seconds`;
    mParticle's `Retry-After`, where it sends one, is the least that is waited.
    """

    base_seconds: float = tuning.RETRY_BASE_SECONDS
    cap_seconds: float = tuning.RETRY_CAP_SECONDS
    total_seconds: float = tuning.RETRY_SECONDS

    def wait(self, retries: int, elapsed: float, retry_after: float | None, rng: random.Random) -> float | None:
        """Return the seconds to wait before the next try, or None when it would come too late."""
        ceiling = min(self.cap_seconds, self.base_seconds * 2 ** min(retries, 30))
        seconds = max(rng.uniform(0, ceiling), retry_after or 0.0)
        return seconds if elapsed + seconds <= self.total_seconds else None
