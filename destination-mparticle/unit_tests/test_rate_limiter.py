"""The rate limiter against a service that grants so many batches in any second."""

import random
from collections import deque

import pytest

from destination_mparticle.http.rate_limiter import RateLimiter


class Service:
    """MParticle's side: so many batches in any second."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.window: deque[tuple[float, int]] = deque()
        self.refusals, self.asked, self.admitted = 0, 0, 0

    def ask(self, batches: int, now: float) -> float | None:
        while self.window and self.window[0][0] <= now - 1:
            self.window.popleft()
        used = sum(count for _, count in self.window)
        self.asked += 1
        if used >= self.limit:
            self.refusals += 1
            return None
        self.window.append((now, batches))
        self.admitted += batches
        return min(100.0, 100 * (used + batches) / self.limit)


def drive(limiter: RateLimiter, service: Service, seconds: float, batches: int = 14, jitter: float = 0.02) -> None:
    rng = random.Random(5)
    now = 0.0
    while now < seconds:
        now += limiter.reserve(batches, now)
        percentage = service.ask(batches, now + rng.uniform(0, jitter))
        if percentage is None:
            limiter.limit_exceeded(now, 1, acceleration=False)
        else:
            limiter.observe(percentage, batches, now)


@pytest.mark.parametrize(
    ("limit", "batches"), [(1, 1), (2, 1), (5, 1), (10, 1), (10, 5), (20, 1), (50, 3), (100, 5), (180, 9), (270, 14)]
)
@pytest.mark.parametrize("jitter", [0.005, 0.02, 0.05])
def test_a_low_limit_is_used_and_not_exceeded_also_where_requests_come_late(
    limit: int, batches: int, jitter: float
) -> None:
    service = Service(limit)
    drive(RateLimiter(limit), service, 120, batches, jitter)
    assert service.admitted >= (0.9 if limit > 2 else 0.8) * limit * 120
    assert service.refusals == 0


def test_responses_that_take_longer_than_a_second_do_not_end_the_sending() -> None:
    limiter = RateLimiter(10)
    now = 0.0
    for _ in range(200):
        now += limiter.reserve(1, now) + 1.5
        limiter.observe(50, 1, now)
    assert limiter.rate > 5
    assert now < 200 * 2


def test_the_full_rate_is_used_with_very_few_refusals() -> None:
    service = Service(270)
    drive(RateLimiter(270), service, 60)
    assert service.admitted >= 0.95 * 270 * 60
    assert service.refusals < 0.005 * service.asked


def test_a_limit_below_the_configured_rate_is_found_by_the_header() -> None:
    service = Service(100)
    drive(RateLimiter(270), service, 120, batches=5)
    assert service.admitted >= 0.9 * 100 * 120
    assert service.refusals < 0.01 * service.asked


def test_nothing_leaves_before_retry_after_and_then_the_rate_is_lower() -> None:
    limiter = RateLimiter(100)
    for _ in range(50):
        limiter.reserve(10, 100.0)
    before = limiter.rate
    limiter.limit_exceeded(200.0, 7.0, acceleration=False)
    assert limiter.rate < before
    assert limiter.reserve(10, 200.0) >= 7.0
    assert limiter.is_paused(206.9)
    assert not limiter.is_paused(207.1)


def test_after_a_complaint_of_acceleration_the_rate_grows_more_slowly_from_the_beginning() -> None:
    def grown(limiter: RateLimiter, start: float) -> float:
        limiter.reserve(1, start)
        before = limiter.rate
        limiter.reserve(1, start + 1)
        return limiter.rate - before

    limiter = RateLimiter(100)
    first = limiter.rate
    growth = grown(limiter, 0.0)
    limiter.limit_exceeded(2.0, None, acceleration=True)
    assert limiter.rate == first
    assert 0 < grown(limiter, 3.0) < growth


def test_a_rest_starts_the_rate_again_since_mparticle_limits_its_growth() -> None:
    limiter = RateLimiter(100)
    now = 0.0
    while limiter.rate < 90:
        now += limiter.reserve(5, now)
    limiter.reserve(5, now + 10)
    assert limiter.rate == RateLimiter(100).rate


def test_refusals_of_requests_that_were_sent_together_count_as_one() -> None:
    limiter = RateLimiter(100)
    limiter.limit_exceeded(1.0, None, acceleration=False)
    once = limiter.rate
    limiter.limit_exceeded(1.5, None, acceleration=False)
    assert limiter.rate == once
    limiter.limit_exceeded(3.0, None, acceleration=False)
    assert limiter.rate < once


def test_the_first_response_tells_how_fast_the_rate_may_grow_and_how_small_requests_have_to_be() -> None:
    def limiter_told(percentage: float) -> RateLimiter:
        limiter = RateLimiter(270)
        assert limiter.batches_per_request == 7
        limiter.reserve(14, 0.0)
        limiter.observe(percentage, 14, 0.2)
        return limiter

    def seconds_to_the_full_rate(limiter: RateLimiter) -> float:
        now = 0.2
        while limiter.rate < 0.95 * 270:
            now += limiter.reserve(limiter.batches_per_request, now)
        return now

    # 14 of 270, and 14 of 60.
    free, limited = limiter_told(5), limiter_told(23)
    assert free.batches_per_request >= 11
    assert limited.batches_per_request <= 3
    assert seconds_to_the_full_rate(free) < 3
    assert 6 < seconds_to_the_full_rate(limited) < 15
