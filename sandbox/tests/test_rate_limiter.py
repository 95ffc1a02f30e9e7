from mparticle_sandbox.core.events_api.rate_limiter import RateLimiter, RateLimits


def admitted(limiter: RateLimiter, requests: list[tuple[float, int]], limits: RateLimits) -> list[str | None]:
    return [limiter.admit(batches, now, limits).exceeded for now, batches in requests]


def test_the_last_second_counts_and_nothing_before_it() -> None:
    limits = RateLimits(batches_per_second=2, growth=0)
    requests = [(0.0, 1), (0.5, 1), (0.9, 1), (1.0, 1), (1.4, 1), (1.5, 1)]
    assert admitted(RateLimiter(), requests, limits) == [None, None, "app", None, "app", None]


def test_a_request_larger_than_the_limit_passes_and_is_paid_for_afterwards() -> None:
    limits = RateLimits(batches_per_second=10, growth=0)
    assert admitted(RateLimiter(), [(0.0, 100), (0.5, 1), (1.0, 1)], limits) == [None, "app", None]


def test_bulk_requests_at_the_documented_rate_all_pass() -> None:
    limits = RateLimits(batches_per_second=270, growth=0)
    paced = [(number * 100 / 270, 100) for number in range(100)]
    assert set(admitted(RateLimiter(), paced, limits)) == {None}


def test_what_is_refused_does_not_count() -> None:
    limits = RateLimits(batches_per_second=1, growth=0)
    flood = [(0.0, 1)] + [(0.5 + number / 1000, 1) for number in range(100)]
    limiter = RateLimiter()
    assert set(admitted(limiter, flood, limits)[1:]) == {"app"}
    assert admitted(limiter, [(1.0, 1)], limits) == [None]


def test_the_percentage_is_that_of_the_nearer_limit() -> None:
    assert RateLimiter().admit(50, 0.0, RateLimits(200, growth=0)).percentage_used == 25
    assert RateLimiter().admit(50, 0.0, RateLimits(200, growth=100)).percentage_used == 50
    assert RateLimiter().admit(500, 0.0, RateLimits(200, growth=100)).percentage_used == 100


def test_the_rate_may_grow_by_so_much_a_second() -> None:
    limits = RateLimits(batches_per_second=1000, growth=10)
    limiter = RateLimiter()
    by_second = []
    for second in range(4):
        attempts = [(second + number / 100, 1) for number in range(100)]
        by_second.append(admitted(limiter, attempts, limits).count(None))
    assert by_second == [10, 20, 30, 40]


def test_growth_that_is_too_fast_is_acceleration_and_silence_starts_over() -> None:
    limits = RateLimits(batches_per_second=1000, growth=10)
    limiter = RateLimiter()
    assert admitted(limiter, [(0.0, 10), (0.1, 1)], limits) == [None, "acceleration"]
    assert admitted(limiter, [(1.0, 20), (1.5, 1)], limits) == [None, "acceleration"]
    assert admitted(limiter, [(9.0, 10), (9.1, 1)], limits) == [None, "acceleration"]


def test_every_other_refusal_says_when_to_come_back() -> None:
    limits = RateLimits(batches_per_second=1, growth=0)
    limiter = RateLimiter()
    assert [limiter.admit(1, 0.0, limits).retry_after_s for _ in range(5)] == [None, 1, None, 1, None]
