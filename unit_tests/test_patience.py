"""One budget for the trouble of a whole sync, with a clock that only moves when somebody sleeps."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from source_mparticle.api.patience import Patience, Way
from source_mparticle.api.problems import AccessRefused, Unavailable
from source_mparticle.api.trouble import Limits

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

    def __init__(self, *answers) -> None:
        self.answers = list(answers)
        self.asked = 0
        self._lock = threading.Lock()

    def __call__(self):
        with self._lock:
            self.asked += 1
            answer = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
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
def patience(time, told) -> Patience:
    return Patience(time, time.sleep, lambda: 1.0, told.append)


def down() -> Unavailable:
    return Unavailable("down", status=503)


def busy(seconds: float) -> Unavailable:
    return Unavailable("busy", seconds, 429)


def test_what_succeeds_is_asked_once_and_waits_for_nothing(patience, time):
    server = Server("fine")
    assert patience.persist(Way(API, "lists"), server) == "fine"
    assert (server.asked, time.slept) == (1, [])


def test_one_moment_of_trouble_costs_one_retry(patience, time, told):
    server = Server(down(), "fine")
    assert patience.persist(Way(API, "lists"), server) == "fine"
    assert (server.asked, time.slept) == (2, [2])
    assert told == ["down Trying again."]


def test_waits_grow_to_a_limit_and_are_random_below_it(time):
    chances = iter([0.5, 0.0, 0.25, 1.0, 0.5])
    patience = Patience(time, time.sleep, lambda: next(chances), lambda _: None)
    server = Server(down())
    with pytest.raises(Unavailable, match="down") as caught:
        patience.persist(Way(API, "lists"), server)
    assert caught.value.is_verdict
    assert (server.asked, time.slept) == (6, [1, 2, 16, 8])


def test_any_other_problem_is_no_trouble_and_comes_out_at_once(patience, time):
    server = Server(AccessRefused("no", 403))
    with pytest.raises(AccessRefused):
        patience.persist(Way(API, "lists"), server)
    assert (server.asked, time.slept) == (1, [])


def test_a_pause_holds_for_every_request_to_the_host_and_is_told_once(patience, time, told):
    asked_at = []

    def other() -> str:
        asked_at.append(time.now)
        return "fine"

    def first() -> str:
        if time.now == 1000:
            raise busy(60)
        return other()

    assert patience.persist(Way(API, "lists"), first) == "fine"
    time.now = 1010  # as seen by a request that came meanwhile
    patience.persist(Way(SSO, "token"), other)
    patience.persist(Way(API, "others"), other)
    assert asked_at == [1060, 1010, 1060]
    assert told == ["api.test.example asked for a pause of 60 seconds (429); all streams wait."]


@pytest.mark.parametrize(("asked", "tries"), [(300, 2), (301, 1)])
def test_a_pause_of_more_than_five_minutes_is_given_up_at_once(patience, time, asked, tries):
    server = Server(busy(asked))
    with pytest.raises(Unavailable, match="busy"):
        patience.persist(Way(API, "lists"), server)
    assert server.asked == tries


def test_an_endpoint_that_asks_for_pauses_for_ever_is_given_up_after_five_minutes(patience, time):
    server = Server(busy(60))
    with pytest.raises(Unavailable, match="busy"):
        patience.persist(Way(SSO, "token"), server, verdicts=1)
    assert (server.asked, time.now - 1000) == (6, 300)
    with pytest.raises(Unavailable, match="busy"):
        patience.persist(Way(SSO, "token"), server, verdicts=1)
    assert server.asked == 6


def lost_after(time: Time, seconds: float, *answers):
    """A server that says nothing for so long, and an answer in the end if there are any."""
    server = Server(*answers, down())

    def ask():
        time.now += seconds
        return server()

    return ask


def test_an_endpoint_that_stays_silent_fails_for_all_after_five_minutes_and_no_other_does(patience, time):
    with pytest.raises(Unavailable, match="down"):
        patience.persist(Way(API, "silent"), lost_after(time, 130))
    # Its own first failure was at 130 seconds, and the last try had begun before five minutes of trouble were over.
    assert time.now - 1000 == 4 * 130 + 2 + 4 + 8
    server = Server("fine")
    with pytest.raises(Unavailable, match="down"):
        patience.persist(Way(API, "silent"), server)
    assert server.asked == 0
    assert patience.persist(Way(API, "lists"), server) == "fine"


def test_two_dead_endpoints_never_stop_a_third_however_long_no_other_was_asked(patience, time):
    for _ in range(20):
        for endpoint in ("dead", "silent"):
            with pytest.raises(Unavailable):
                patience.persist(Way(API, endpoint), lost_after(time, 130))
    assert time.now - 1000 > 900
    server = Server(down(), down(), down(), "fine")
    assert patience.persist(Way(API, "lists"), server) == "fine"


def test_three_dead_endpoints_and_no_success_for_five_minutes_are_the_verdict_of_the_host(patience, time):
    for endpoint in ("first", "second", "third"):
        with pytest.raises(Unavailable):
            patience.persist(Way(API, endpoint), lost_after(time, 130))
    server = Server("fine")
    with pytest.raises(Unavailable, match="down"):
        patience.persist(Way(API, "lists"), server)
    assert server.asked == 0
    assert patience.persist(Way(SSO, "token"), server) == "fine"


def test_three_dead_endpoints_are_no_verdict_of_a_host_in_less_than_five_minutes(patience, time):
    for endpoint in ("first", "second", "third"):
        with pytest.raises(Unavailable):
            patience.persist(Way(API, endpoint), Server(down()))
    assert time.now - 1000 < 300
    assert patience.persist(Way(API, "lists"), Server("fine")) == "fine"


def test_a_success_between_is_no_trouble_of_the_host(patience, time):
    for endpoint in ("first", "second", "third", "fourth"):
        with pytest.raises(Unavailable):
            patience.persist(Way(API, endpoint), lost_after(time, 130))
        assert patience.persist(Way(API, "lists"), Server("fine")) == "fine"


def test_an_endpoint_that_answers_in_the_end_has_its_five_minutes_anew(patience, time):
    for _ in range(5):
        assert patience.persist(Way(API, "slow"), lost_after(time, 130, down(), down(), "fine")) == "fine"


def test_a_retry_of_one_endpoint_ends_with_the_verdict_of_the_host(patience, time):
    asked = []

    def meanwhile() -> str:
        asked.append(time.now)
        if len(asked) == 1:
            for endpoint in ("first", "second", "third"):
                with pytest.raises(Unavailable):
                    patience.persist(Way(API, endpoint), lost_after(time, 130))
        raise down()

    with pytest.raises(Unavailable, match="down"):
        patience.persist(Way(API, "lists"), meanwhile)
    assert len(asked) == 1


def test_a_success_starts_the_five_minutes_anew(patience, time):
    for _ in range(20):
        assert patience.persist(Way(API, "lists"), Server(busy(59), "fine")) == "fine"
    assert time.now - 1000 == 20 * 59


def test_three_verdicts_in_a_row_are_the_verdict_of_the_endpoint(patience, time):
    server = Server(down())
    for _ in range(200):
        with pytest.raises(Unavailable, match="down"):
            patience.persist(Way(API, "dead"), server)
    assert server.asked == 3 * 6
    assert patience.persist(Way(API, "alive"), Server("fine")) == "fine"


def test_a_success_between_starts_the_count_anew(patience):
    for answers in [(down(),), (down(),), ("fine",), (down(),), (down(),)]:
        try:
            patience.persist(Way(API, "shaky"), Server(*answers))
        except Unavailable:
            continue
    assert patience.persist(Way(API, "shaky"), Server("fine")) == "fine"


def test_a_refusal_between_starts_the_count_anew(patience):
    for _ in range(4):
        with pytest.raises(Unavailable):
            patience.persist(Way(API, "shaky"), Server(down()))
        with pytest.raises(AccessRefused):
            patience.persist(Way(API, "shaky"), Server(AccessRefused("no", 403)))


def test_a_limit_of_one_verdict_makes_the_first_final(patience):
    server = Server(down())
    for _ in range(24):
        with pytest.raises(Unavailable):
            patience.persist(Way(SSO, "token"), server, verdicts=1)
    assert server.asked == 6


def test_a_verdict_met_on_the_way_is_neither_tried_again_nor_counted_here(patience, time):
    token, data = Server(down()), Server("fine")

    def ask():
        patience.persist(Way(SSO, "token"), token, verdicts=1)
        return data()

    for _ in range(5):
        with pytest.raises(Unavailable):
            patience.persist(Way(API, "lists"), ask)
    assert (token.asked, data.asked) == (6, 0)
    assert patience.persist(Way(API, "lists"), data) == "fine"


def test_nothing_is_tried_again_after_the_deadline(time):
    patience = Patience(time, time.sleep, lambda: 1.0, lambda _: None, Limits(waits=(1.0,)), deadline=1008.0)
    for answer, tries, slept in [(busy(9), 1, []), (busy(3), 2, [3]), (down(), 2, [3, 1])]:
        server = Server(answer)
        with pytest.raises(Unavailable):
            patience.persist(Way(API, str(answer.retry_after)), server)
        assert (server.asked, time.slept) == (tries, slept)


@pytest.mark.parametrize("workers", [8, 20])
def test_a_dead_endpoint_with_two_hundred_partitions_costs_some_twenty_requests(time, workers):
    """Real threads: those that do not try again wait for the verdict of those that do."""
    patience = Patience(lambda: 0.0, lambda _: None, lambda: 1.0, lambda _: None)
    server = Server(down())

    def partition(_) -> str:
        with pytest.raises(Unavailable, match="down"):
            patience.persist(Way(API, "serviceconfigurations"), server)
        return "failed"

    with ThreadPoolExecutor(workers) as pool:
        assert list(pool.map(partition, range(200))) == ["failed"] * 200
    assert 18 <= server.asked <= workers + 15


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
    patience = Patience(lambda: 0.0, lambda _: None, lambda: 1.0, lambda _: None)
    server = Server("fine")
    ask = after_each_of(8, server)
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: patience.persist(Way(API, "lists"), ask), range(8)))
    assert (results, server.asked) == (["fine"] * 8, 8)


def test_nobody_waits_in_vain_for_a_seat_when_a_retry_ends_with_an_unexpected_error():
    patience = Patience(lambda: 0.0, lambda _: None, lambda: 1.0, lambda _: None)
    ask = after_each_of(8, Server(*[KeyError("bug") for _ in range(3)], "fine"))

    def result(_) -> str:
        try:
            return patience.persist(Way(API, "lists"), ask)
        except KeyError:
            return "bug"

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(result, range(8))) == ["bug"] * 3 + ["fine"] * 5
