from source_mparticle.api.rate_limiter import RateLimiter


def test_requests_leave_evenly_and_never_faster_than_allowed() -> None:
    now = [100.0]
    slept: list[float] = []
    pace = RateLimiter(10, clock=lambda: now[0], sleep=slept.append)
    for _ in range(4):
        pace.wait()
    assert [round(seconds, 6) for seconds in slept] == [0.1, 0.2, 0.3]


def test_time_that_passed_is_not_saved_up_for_a_burst() -> None:
    now = [100.0]
    slept: list[float] = []
    pace = RateLimiter(10, clock=lambda: now[0], sleep=slept.append)
    pace.wait()
    now[0] += 5
    pace.wait()
    pace.wait()
    assert [round(seconds, 6) for seconds in slept] == [0.1]
