"""When to retry a request, and when to stop."""

import random
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import Enum
from typing import Final

from destination_mparticle import tuning
from destination_mparticle.errors import TransientError
from destination_mparticle.http.response import ApiResponse


class Verdict(Enum):
    """What a response of mParticle means for the request."""

    ACCEPTED = "accepted"
    RETRY = "retry"
    """Over the limit, a server error, or no response at all: the same bytes may pass later."""
    SPLIT = "split"
    """Something in the request is wrong: splitting the request finds out what."""
    CREDENTIALS = "credentials"
    FAIL = "fail"
    """A response that neither waiting nor splitting can change."""


EVENTS_ACCEPTED: Final = frozenset((200, 202))
"""What confirms a request to the Events API, which documents 202 alone."""

PLATFORM_ACCEPTED: Final = frozenset((200, 201, 202, 204))
"""What confirms a request to the Platform API: 200 for reading, the others depending on the method."""

_TOO_LARGE: Final = 413
"""May come from a gateway with a page of its own; smaller requests pass all the same."""

_SPLIT: Final = frozenset((400, _TOO_LARGE))
_CREDENTIALS: Final = frozenset((401, 403))
_RETRY: Final = frozenset((408, 425, 429))
_SERVER_ERRORS: Final = range(500, 600)


def verdict(response: ApiResponse, accepted: Collection[int] = PLATFORM_ACCEPTED) -> Verdict:
    """Judge a response. A success or a refusal whose body is not JSON does not come from mParticle."""
    status = response.status
    if status is None or status in _RETRY or status in _SERVER_ERRORS:
        return Verdict.RETRY
    if status in accepted and response.is_json:
        return Verdict.ACCEPTED
    if status in _SPLIT and (response.is_json or status == _TOO_LARGE):
        return Verdict.SPLIT
    return Verdict.CREDENTIALS if status in _CREDENTIALS else Verdict.FAIL


@dataclass(frozen=True)
class RetryPolicy:
    """Exponential backoff with full jitter, for at most `total_seconds` after the first attempt.

    The n-th wait is a random time between zero and `base_seconds` times two to the n, at most `cap_seconds`;
    mParticle's `Retry-After`, where it sends one, is the minimum.
    """

    base_seconds: float = tuning.RETRY_BASE_SECONDS
    cap_seconds: float = tuning.RETRY_CAP_SECONDS
    total_seconds: float = tuning.RETRY_SECONDS

    def wait(self, retries: int, elapsed: float, retry_after: float | None, rng: random.Random) -> float | None:
        """Return the seconds to wait before the next attempt, or None when it would come too late."""
        ceiling = min(self.cap_seconds, self.base_seconds * 2 ** min(retries, 30))
        seconds = max(rng.uniform(0, ceiling), retry_after or 0.0)
        return seconds if elapsed + seconds <= self.total_seconds else None


@dataclass(frozen=True)
class FinalResponse:
    """The response that is not retried, after `retries` retries and `waited` seconds of waiting between them."""

    response: ApiResponse
    retries: int
    waited: float


def retry_call(
    attempt: Callable[[int], ApiResponse],
    policy: RetryPolicy,
    *,
    sleep: Callable[[float], None],
    clock: Callable[[], float],
    rng: random.Random,
) -> FinalResponse:
    """Repeat an attempt, which is told how many came before it, until its response is final.

    Raises a `TransientError` when the policy's time is over.
    """
    started = clock()
    retries, waited = 0, 0.0
    while True:
        response = attempt(retries)
        if verdict(response) is not Verdict.RETRY:
            return FinalResponse(response, retries, waited)
        elapsed = clock() - started
        seconds = policy.wait(retries, elapsed, response.retry_after, rng)
        if seconds is None:
            raise retries_exhausted_error(response, retries + 1, elapsed)
        retries += 1
        waited += seconds
        sleep(seconds)


def retries_exhausted_error(response: ApiResponse, attempts: int, elapsed: float) -> TransientError:
    """Return the error for a request without a final response in the time that the policy gives it."""
    what = f"answered {response.status}" if response.status else f"sent no usable response ({response.message})"
    if response.retry_after is not None and response.retry_after > elapsed:
        what += f" and asked to wait {response.retry_after:.0f} seconds, which is longer than the connector waits"
    else:
        what += f" to {attempts} {'try' if attempts == 1 else 'tries'} of one request in {elapsed:.0f} seconds"
    return TransientError(
        f"mParticle {what}. What was accepted is confirmed by the states that were sent; run the sync again for the "
        "rest."
    )
