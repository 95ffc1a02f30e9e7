"""One budget for the trouble of a whole sync, with a clock that only moves when somebody sleeps."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from source_mparticle.api.circuit_breaker import RetryLimits
from source_mparticle.api.errors import AccessRefused, Unavailable
from source_mparticle.api.retry import Endpoint, Retrier

API = "api.test.example"
SSO = "sso.test.example"


class Time:
    """Seconds that pass while somebody sleeps; each thread's own, for they sleep at the same time."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Server:
    """Answers with what it is given, in order, the last for ever; an exception is raised."""

    def __init__(self, *responses) -> None:
        self.responses = list(responses)
        self.calls = 0
        self._lock = threading.Lock()

    def __call__(self):
        with self._lock:
            self.calls += 1
            answer = self.responses[0] if len(self.responses) == 1 else self.responses.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def retrier(time, told) -> Retrier:
    return Retrier(time, time.sleep, lambda: 1.0, told.append)


def down() -> Unavailable:
    return Unavailable("down", status=503)


def busy(seconds: float) -> Unavailable:
    return Unavailable("busy", seconds, 429)


def test_what_succeeds_is_asked_once_and_waits_for_nothing(retrier, time):
    server = Server("fine")
    assert retrier.call(Endpoint(API, "lists"), server) == "fine"
    assert (server.calls, time.slept) == (1, [])


def test_one_moment_of_trouble_costs_one_retry(retrier, time, told):
    server = Server(down(), "fine")
    assert retrier.call(Endpoint(API, "lists"), server) == "fine"
    assert (server.calls, time.slept) == (2, [2])
    assert told == ["down Trying again."]


def test_waits_grow_to_a_limit_and_are_random_below_it(time):
    chances = iter([0.5, 0.0, 0.25, 1.0, 0.5])
    retrier = Retrier(time, time.sleep, lambda: next(chances), lambda _: None)
    server = Server(down())
    with pytest.raises(Unavailable, match="down") as caught:
        retrier.call(Endpoint(API, "lists"), server)
    assert caught.value.is_final
    assert (server.calls, time.slept) == (6, [1, 2, 16, 8])


def test_any_other_problem_is_no_trouble_and_comes_out_at_once(retrier, time):
    server = Server(AccessRefused("no", 403))
    with pytest.raises(AccessRefused):
        retrier.call(Endpoint(API, "lists"), server)
    assert (server.calls, time.slept) == (1, [])


def test_a_pause_holds_for_every_request_to_the_host_and_is_told_once(retrier, time, told):
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
    assert told == ["api.test.example asked for a pause of 60 seconds (429); all streams wait."]


@pytest.mark.parametrize(("asked", "tries"), [(300, 2), (301, 1)])
def test_a_pause_of_more_than_five_minutes_is_given_up_at_once(retrier, time, asked, tries):
    server = Server(busy(asked))
    with pytest.raises(Unavailable, match="busy"):
        retrier.call(Endpoint(API, "lists"), server)
    assert server.calls == tries


def test_an_endpoint_that_asks_for_pauses_for_ever_is_given_up_after_five_minutes(retrier, time):
    server = Server(busy(60))
    with pytest.raises(Unavailable, match="busy"):
        retrier.call(Endpoint(SSO, "token"), server, max_failures=1)
    assert (server.calls, time.now - 1000) == (6, 300)
    with pytest.raises(Unavailable, match="busy"):
        retrier.call(Endpoint(SSO, "token"), server, max_failures=1)
    assert server.calls == 6


def lost_after(time: Time, seconds: float, *responses):
    """A server that says nothing for so long, and an answer in the end if there are any."""
    server = Server(*responses, down())

    def ask():
        time.now += seconds
        return server()

    return ask


def test_an_endpoint_that_stays_silent_fails_for_all_after_five_minutes_and_no_other_does(retrier, time):
    with pytest.raises(Unavailable, match="down"):
        retrier.call(Endpoint(API, "silent"), lost_after(time, 130))
    # Its own first failure was at 130 seconds, and the last try had begun before five minutes of trouble were over.
    assert time.now - 1000 == 4 * 130 + 2 + 4 + 8
    server = Server("fine")
    with pytest.raises(Unavailable, match="down"):
        retrier.call(Endpoint(API, "silent"), server)
    assert server.calls == 0
    assert retrier.call(Endpoint(API, "lists"), server) == "fine"


def test_two_dead_endpoints_never_stop_a_third_however_long_no_other_was_asked(retrier, time):
    for _ in range(20):
        for endpoint in ("dead", "silent"):
            with pytest.raises(Unavailable):
                retrier.call(Endpoint(API, endpoint), lost_after(time, 130))
    assert time.now - 1000 > 900
    server = Server(down(), down(), down(), "fine")
    assert retrier.call(Endpoint(API, "lists"), server) == "fine"


def test_three_dead_endpoints_and_no_success_for_five_minutes_are_the_verdict_of_the_host(retrier, time):
    for endpoint in ("first", "second", "third"):
        with pytest.raises(Unavailable):
            retrier.call(Endpoint(API, endpoint), lost_after(time, 130))
    server = Server("fine")
    with pytest.raises(Unavailable, match="down"):
        retrier.call(Endpoint(API, "lists"), server)
    assert server.calls == 0
    assert retrier.call(Endpoint(SSO, "token"), server) == "fine"


def test_three_dead_endpoints_are_no_verdict_of_a_host_in_less_than_five_minutes(retrier, time):
    for endpoint in ("first", "second", "third"):
        with pytest.raises(Unavailable):
            retrier.call(Endpoint(API, endpoint), Server(down()))
    assert time.now - 1000 < 300
    assert retrier.call(Endpoint(API, "lists"), Server("fine")) == "fine"


def test_a_success_between_is_no_trouble_of_the_host(retrier, time):
    for endpoint in ("first", "second", "third", "fourth"):
        with pytest.raises(Unavailable):
            retrier.call(Endpoint(API, endpoint), lost_after(time, 130))
        assert retrier.call(Endpoint(API, "lists"), Server("fine")) == "fine"


def test_an_endpoint_that_answers_in_the_end_has_its_five_minutes_anew(retrier, time):
    for _ in range(5):
        assert retrier.call(Endpoint(API, "slow"), lost_after(time, 130, down(), down(), "fine")) == "fine"


def test_a_retry_of_one_endpoint_ends_with_the_verdict_of_the_host(retrier, time):
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


def test_a_success_starts_the_five_minutes_anew(retrier, time):
    for _ in range(20):
        assert retrier.call(Endpoint(API, "lists"), Server(busy(59), "fine")) == "fine"
    assert time.now - 1000 == 20 * 59


def test_three_verdicts_in_a_row_are_the_verdict_of_the_endpoint(retrier, time):
    server = Server(down())
    for _ in range(200):
        with pytest.raises(Unavailable, match="down"):
            retrier.call(Endpoint(API, "dead"), server)
    assert server.calls == 3 * 6
    assert retrier.call(Endpoint(API, "alive"), Server("fine")) == "fine"


def test_a_success_between_starts_the_count_anew(retrier):
    for responses in [(down(),), (down(),), ("fine",), (down(),), (down(),)]:
        try:
            retrier.call(Endpoint(API, "shaky"), Server(*responses))
        except Unavailable:
            continue
    assert retrier.call(Endpoint(API, "shaky"), Server("fine")) == "fine"


def test_a_refusal_between_starts_the_count_anew(retrier):
    for _ in range(4):
        with pytest.raises(Unavailable):
            retrier.call(Endpoint(API, "shaky"), Server(down()))
        with pytest.raises(AccessRefused):
            retrier.call(Endpoint(API, "shaky"), Server(AccessRefused("no", 403)))


def test_a_limit_of_one_verdict_makes_the_first_final(retrier):
    server = Server(down())
    for _ in range(24):
        with pytest.raises(Unavailable):
            retrier.call(Endpoint(SSO, "token"), server, max_failures=1)
    assert server.calls == 6


def test_a_verdict_met_on_the_way_is_neither_tried_again_nor_counted_here(retrier, time):
    token, data = Server(down()), Server("fine")

    def ask():
        retrier.call(Endpoint(SSO, "token"), token, max_failures=1)
        return data()

    for _ in range(5):
        with pytest.raises(Unavailable):
            retrier.call(Endpoint(API, "lists"), ask)
    assert (token.calls, data.calls) == (6, 0)
    assert retrier.call(Endpoint(API, "lists"), data) == "fine"


def test_nothing_is_tried_again_after_the_deadline(time):
    retrier = Retrier(time, time.sleep, lambda: 1.0, lambda _: None, RetryLimits(waits=(1.0,)), deadline=1008.0)
    for answer, tries, slept in [(busy(9), 1, []), (busy(3), 2, [3]), (down(), 2, [3, 1])]:
        server = Server(answer)
        with pytest.raises(Unavailable):
            retrier.call(Endpoint(API, str(answer.retry_after)), server)
        assert (server.calls, time.slept) == (tries, slept)


@pytest.mark.parametrize("workers", [8, 20])
def test_a_dead_endpoint_with_two_hundred_partitions_costs_some_twenty_requests(time, workers):
    """Real threads: those that do not try again wait for the verdict of those that do."""
    retrier = Retrier(lambda: 0.0, lambda _: None, lambda: 1.0, lambda _: None)
    server = Server(down())

    def partition(_) -> str:
        with pytest.raises(Unavailable, match="down"):
            retrier.call(Endpoint(API, "serviceconfigurations"), server)
        return "failed"

    with ThreadPoolExecutor(workers) as pool:
        assert list(pool.map(partition, range(200))) == ["failed"] * 200
    assert 18 <= server.calls <= workers + 15


def after_each_of(threads: int, server: Server):
    """What a thread asks for: the first time it meets trouble, together with the others, and then the server."""
    together, own = threading.Barrier(threads), threading.local()

    def ask():
        if not hasattr(own, "failed"):
            own.failed = True
            together.wait(10)
            raise down()
        return server()

    return ask


def test_an_endpoint_that_recovers_lets_everybody_go_on():
    retrier = Retrier(lambda: 0.0, lambda _: None, lambda: 1.0, lambda _: None)
    server = Server("fine")
    ask = after_each_of(8, server)
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: retrier.call(Endpoint(API, "lists"), ask), range(8)))
    assert (results, server.calls) == (["fine"] * 8, 8)


def test_nobody_waits_in_vain_for_a_seat_when_a_retry_ends_with_an_unexpected_error():
    retrier = Retrier(lambda: 0.0, lambda _: None, lambda: 1.0, lambda _: None)
    ask = after_each_of(8, Server(*[KeyError("bug") for _ in range(3)], "fine"))

    def result(_) -> str:
        try:
            return retrier.call(Endpoint(API, "lists"), ask)
        except KeyError:
            return "bug"

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(result, range(8))) == ["bug"] * 3 + ["fine"] * 5
