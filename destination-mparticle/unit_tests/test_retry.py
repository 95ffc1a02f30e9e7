"""When a request is retried, and for how long."""

import random

import pytest

from destination_mparticle.errors import TransientError
from destination_mparticle.http.response import ApiResponse
from destination_mparticle.http.retry import EVENTS_ACCEPTED, RetryPolicy, Verdict, retry_call, verdict


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        *((status, Verdict.ACCEPTED) for status in (200, 202)),
        *((status, Verdict.FAIL) for status in (201, 204, 206)),
        *((status, Verdict.RETRY) for status in (None, 408, 429, 500, 502, 503, 599)),
        *((status, Verdict.SPLIT) for status in (400, 413)),
        *((status, Verdict.CREDENTIALS) for status in (401, 403)),
        *((status, Verdict.FAIL) for status in (302, 404, 422)),
    ],
)
def test_every_status_has_one_meaning(status: int | None, expected: Verdict) -> None:
    assert verdict(ApiResponse(status), EVENTS_ACCEPTED) is expected


def test_waits_grow_with_full_jitter_up_to_a_cap_and_end_at_a_stated_time() -> None:
    policy = RetryPolicy(base_seconds=1, cap_seconds=8, total_seconds=100)
    for retries, ceiling in ((0, 1), (1, 2), (2, 4), (3, 8), (9, 8)):
        waits = [policy.wait(retries, 0, None, random.Random(seed)) or 0.0 for seed in range(200)]
        assert 0 <= min(waits) < 0.1 * ceiling
        assert 0.9 * ceiling < max(waits) <= ceiling
    assert policy.wait(0, 0, 50, random.Random(1)) == 50
    assert policy.wait(0, 60, 50, random.Random(1)) is None
    assert policy.wait(0, 100, None, random.Random(1)) is None


def test_a_call_is_repeated_until_its_response_is_final_and_tells_each_attempt_how_many_came_before() -> None:
    responses = {0: ApiResponse(503), 1: ApiResponse(429, retry_after=3.0), 2: ApiResponse(400)}
    waits: list[float] = []

    final = retry_call(
        responses.__getitem__, RetryPolicy(), sleep=waits.append, clock=lambda: sum(waits), rng=random.Random(1)
    )

    assert (final.response, final.retries, final.waited) == (responses[2], 2, sum(waits))
    assert waits[1] >= 3.0


def test_a_call_without_a_final_response_ends_when_its_time_is_over() -> None:
    waits: list[float] = []
    policy = RetryPolicy(base_seconds=1, cap_seconds=8, total_seconds=60)

    with pytest.raises(TransientError, match=r"answered 503 to \d+ tries of one request in \d+ seconds"):
        retry_call(
            lambda _retries: ApiResponse(503),
            policy,
            sleep=waits.append,
            clock=lambda: sum(waits),
            rng=random.Random(1),
        )

    assert 52 < sum(waits) <= 60
