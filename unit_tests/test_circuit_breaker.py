"""When retries stop: an endpoint that stays unavailable, and a host where several endpoints do."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from source_mparticle.api.errors import AccessRefused, Unavailable
from source_mparticle.api.retry import Endpoint, Retrier
from unit_tests.fake_endpoint import API, SSO, Server, Time, busy, down, lost_after


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def retrier(time: Time) -> Retrier:
    return Retrier(time, time.sleep, lambda: 1.0, lambda _: None)


def test_an_endpoint_that_stays_silent_fails_for_all_after_five_minutes_and_no_other_does(
    retrier: Retrier, time: Time
) -> None:
    with pytest.raises(Unavailable, match="down"):
        retrier.call(Endpoint(API, "silent"), lost_after(time, 130))
    # Its own first failure was at 130 seconds, and the last attempt began less than five minutes after it.
    assert time.now - 1000 == 4 * 130 + 2 + 4 + 8
    server = Server("fine")
    with pytest.raises(Unavailable, match="down"):
        retrier.call(Endpoint(API, "silent"), server)
    assert server.calls == 0
    assert retrier.call(Endpoint(API, "lists"), server) == "fine"


def test_two_dead_endpoints_never_stop_a_third_however_long_no_other_was_asked(retrier: Retrier, time: Time) -> None:
    for _ in range(20):
        for endpoint in ("dead", "silent"):
            with pytest.raises(Unavailable):
                retrier.call(Endpoint(API, endpoint), lost_after(time, 130))
    assert time.now - 1000 > 900
    server = Server(down(), down(), down(), "fine")
    assert retrier.call(Endpoint(API, "lists"), server) == "fine"


def test_three_dead_endpoints_and_no_success_for_five_minutes_open_the_breaker_of_the_host(
    retrier: Retrier, time: Time
) -> None:
    for endpoint in ("first", "second", "third"):
        with pytest.raises(Unavailable):
            retrier.call(Endpoint(API, endpoint), lost_after(time, 130))
    server = Server("fine")
    with pytest.raises(Unavailable, match="down"):
        retrier.call(Endpoint(API, "lists"), server)
    assert server.calls == 0
    assert retrier.call(Endpoint(SSO, "token"), server) == "fine"


def test_three_dead_endpoints_keep_the_breaker_of_a_host_closed_for_five_minutes(retrier: Retrier, time: Time) -> None:
    for endpoint in ("first", "second", "third"):
        with pytest.raises(Unavailable):
            retrier.call(Endpoint(API, endpoint), Server(down()))
    assert time.now - 1000 < 300
    assert retrier.call(Endpoint(API, "lists"), Server("fine")) == "fine"


def test_a_success_between_keeps_the_breaker_of_the_host_closed(retrier: Retrier, time: Time) -> None:
    for endpoint in ("first", "second", "third", "fourth"):
        with pytest.raises(Unavailable):
            retrier.call(Endpoint(API, endpoint), lost_after(time, 130))
        assert retrier.call(Endpoint(API, "lists"), Server("fine")) == "fine"


def test_an_endpoint_that_recovers_has_its_five_minutes_again(retrier: Retrier, time: Time) -> None:
    for _ in range(5):
        assert retrier.call(Endpoint(API, "slow"), lost_after(time, 130, down(), down(), "fine")) == "fine"


def test_a_retry_of_one_endpoint_ends_when_the_breaker_of_the_host_opens(retrier: Retrier, time: Time) -> None:
    asked = []

    def meanwhile() -> str:
        asked.append(time.now)
        if len(asked) == 1:
            for endpoint in ("first", "second", "third"):
                with pytest.raises(Unavailable):
                    retrier.call(Endpoint(API, endpoint), lost_after(time, 130))
        raise down()

    with pytest.raises(Unavailable, match="down"):
        retrier.call(Endpoint(API, "lists"), meanwhile)
    assert len(asked) == 1


def test_a_success_restarts_the_five_minutes(retrier: Retrier, time: Time) -> None:
    for _ in range(20):
        assert retrier.call(Endpoint(API, "lists"), Server(busy(59), "fine")) == "fine"
    assert time.now - 1000 == 20 * 59


def test_three_failed_requests_in_a_row_open_the_breaker_of_the_endpoint(retrier: Retrier, time: Time) -> None:
    server = Server(down())
    for _ in range(200):
        with pytest.raises(Unavailable, match="down"):
            retrier.call(Endpoint(API, "dead"), server)
    assert server.calls == 3 * 6
    assert retrier.call(Endpoint(API, "alive"), Server("fine")) == "fine"


def test_a_success_between_resets_the_count(retrier: Retrier) -> None:
    for responses in [(down(),), (down(),), ("fine",), (down(),), (down(),)]:
        try:
            retrier.call(Endpoint(API, "shaky"), Server(*responses))
        except Unavailable:
            continue
    assert retrier.call(Endpoint(API, "shaky"), Server("fine")) == "fine"


def test_a_refusal_between_resets_the_count(retrier: Retrier) -> None:
    for _ in range(4):
        with pytest.raises(Unavailable):
            retrier.call(Endpoint(API, "shaky"), Server(down()))
        with pytest.raises(AccessRefused):
            retrier.call(Endpoint(API, "shaky"), Server(AccessRefused("no", 403)))


def test_a_limit_of_one_failure_makes_the_first_final(retrier: Retrier) -> None:
    server = Server(down())
    for _ in range(24):
        with pytest.raises(Unavailable):
            retrier.call(Endpoint(SSO, "token"), server, max_failures=1)
    assert server.calls == 6


@pytest.mark.parametrize("workers", [8, 20])
def test_a_dead_endpoint_with_two_hundred_partitions_costs_some_twenty_requests(time: Time, workers: int) -> None:
    """Real threads: those that do not retry wait for those that do."""
    retrier = Retrier(lambda: 0.0, lambda _: None, lambda: 1.0, lambda _: None)
    server = Server(down())

    def partition(_: Any) -> str:
        with pytest.raises(Unavailable, match="down"):
            retrier.call(Endpoint(API, "serviceconfigurations"), server)
        return "failed"

    with ThreadPoolExecutor(workers) as pool:
        assert list(pool.map(partition, range(200))) == ["failed"] * 200
    assert 18 <= server.calls <= workers + 15


def after_each_of(threads: int, server: Server) -> Any:
    """What a thread calls: the first time it fails, together with the others, and then the server."""
    together, own = threading.Barrier(threads), threading.local()

    def ask() -> Any:
        if not hasattr(own, "failed"):
            own.failed = True
            together.wait(10)
            raise down()
        return server()

    return ask


def test_an_endpoint_that_recovers_lets_everybody_go_on() -> None:
    retrier = Retrier(lambda: 0.0, lambda _: None, lambda: 1.0, lambda _: None)
    server = Server("fine")
    ask = after_each_of(8, server)
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: retrier.call(Endpoint(API, "lists"), ask), range(8)))
    assert (results, server.calls) == (["fine"] * 8, 8)


def test_a_slot_is_released_when_a_retry_ends_with_an_unexpected_error() -> None:
    retrier = Retrier(lambda: 0.0, lambda _: None, lambda: 1.0, lambda _: None)
    ask = after_each_of(8, Server(*[KeyError("bug") for _ in range(3)], "fine"))

    def result(_: Any) -> str:
        try:
            return str(retrier.call(Endpoint(API, "lists"), ask))
        except KeyError:
            return "bug"

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(result, range(8))) == ["bug"] * 3 + ["fine"] * 5
