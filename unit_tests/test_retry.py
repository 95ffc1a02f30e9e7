"""One retry budget for a whole sync, with a clock that only moves when somebody sleeps."""

from typing import Any

import pytest

from source_mparticle.api.circuit_breaker import RetryLimits
from source_mparticle.api.errors import AccessRefused, Unavailable
from source_mparticle.api.retry import Endpoint, Retrier
from unit_tests.fake_endpoint import API, SSO, Server, Time, busy, down


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def logged() -> list[str]:
    return []


@pytest.fixture
def retrier(time: Time, logged: list[str]) -> Retrier:
    return Retrier(time, time.sleep, lambda: 1.0, logged.append)


def test_what_succeeds_is_asked_once_and_waits_for_nothing(retrier: Retrier, time: Time) -> None:
    server = Server("fine")
    assert retrier.call(Endpoint(API, "lists"), server) == "fine"
    assert (server.calls, time.slept) == (1, [])


def test_one_failure_costs_one_retry(retrier: Retrier, time: Time, logged: list[str]) -> None:
    server = Server(down(), "fine")
    assert retrier.call(Endpoint(API, "lists"), server) == "fine"
    assert (server.calls, time.slept) == (2, [2])
    assert logged == ["down Trying again."]


def test_waits_grow_to_a_limit_and_are_random_below_it(time: Time) -> None:
    chances = iter([0.5, 0.0, 0.25, 1.0, 0.5])
    retrier = Retrier(time, time.sleep, lambda: next(chances), lambda _: None)
    server = Server(down())
    with pytest.raises(Unavailable, match="down") as caught:
        retrier.call(Endpoint(API, "lists"), server)
    assert caught.value.is_final
    assert (server.calls, time.slept) == (6, [1, 2, 16, 8])


def test_any_other_error_is_raised_at_once(retrier: Retrier, time: Time) -> None:
    server = Server(AccessRefused("no", 403))
    with pytest.raises(AccessRefused):
        retrier.call(Endpoint(API, "lists"), server)
    assert (server.calls, time.slept) == (1, [])


def test_a_pause_holds_for_every_request_to_the_host_and_is_logged_once(
    retrier: Retrier, time: Time, logged: list[str]
) -> None:
    asked_at = []

    def other() -> str:
        asked_at.append(time.now)
        return "fine"

    def first() -> str:
        if time.now == 1000:
            raise busy(60)
        return other()

    assert retrier.call(Endpoint(API, "lists"), first) == "fine"
    time.now = 1010  # as seen by a request that came meanwhile
    retrier.call(Endpoint(SSO, "token"), other)
    retrier.call(Endpoint(API, "others"), other)
    assert asked_at == [1060, 1010, 1060]
    assert logged == ["api.test.example asked for a pause of 60 seconds (429); all streams wait."]


@pytest.mark.parametrize(("asked", "tries"), [(300, 2), (301, 1)])
def test_a_pause_of_more_than_five_minutes_is_not_waited_for(
    retrier: Retrier, time: Time, asked: Any, tries: Any
) -> None:
    server = Server(busy(asked))
    with pytest.raises(Unavailable, match="busy"):
        retrier.call(Endpoint(API, "lists"), server)
    assert server.calls == tries


def test_an_endpoint_that_keeps_asking_for_pauses_fails_after_five_minutes(retrier: Retrier, time: Time) -> None:
    server = Server(busy(60))
    with pytest.raises(Unavailable, match="busy"):
        retrier.call(Endpoint(SSO, "token"), server, max_failures=1)
    assert (server.calls, time.now - 1000) == (6, 300)
    with pytest.raises(Unavailable, match="busy"):
        retrier.call(Endpoint(SSO, "token"), server, max_failures=1)
    assert server.calls == 6


def test_a_final_error_of_another_endpoint_is_neither_retried_nor_counted_here(retrier: Retrier, time: Time) -> None:
    token, data = Server(down()), Server("fine")

    def ask() -> Any:
        retrier.call(Endpoint(SSO, "token"), token, max_failures=1)
        return data()

    for _ in range(5):
        with pytest.raises(Unavailable):
            retrier.call(Endpoint(API, "lists"), ask)
    assert (token.calls, data.calls) == (6, 0)
    assert retrier.call(Endpoint(API, "lists"), data) == "fine"


def test_nothing_is_retried_after_the_deadline(time: Time) -> None:
    retrier = Retrier(time, time.sleep, lambda: 1.0, lambda _: None, RetryLimits(waits=(1.0,)), deadline=1008.0)
    for response, tries, slept in [(busy(9), 1, []), (busy(3), 2, [3]), (down(), 2, [3, 1])]:
        server = Server(response)
        with pytest.raises(Unavailable):
            retrier.call(Endpoint(API, str(response.retry_after)), server)
        assert (server.calls, time.slept) == (tries, slept)
