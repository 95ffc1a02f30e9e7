import threading

import pytest

from source_mparticle.api.errors import AccessRefused
from source_mparticle.api.single_flight import SingleFlight


def test_threads_that_ask_at_the_same_time_share_one_piece_of_work() -> None:
    once, together, done, results = SingleFlight(), threading.Barrier(8), [], []
    go = threading.Event()

    def work() -> str:
        go.wait(5)
        done.append(1)
        return "result"

    def ask() -> None:
        together.wait()
        results.append(once.do("key", work))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    go.set()
    for thread in threads:
        thread.join()
    assert results == ["result"] * 8
    assert done == [1]


def test_different_keys_are_different_work() -> None:
    once = SingleFlight()
    assert once.do("a", lambda: 1) == 1
    assert once.do("b", lambda: 2) == 2


def test_a_failure_is_shared_like_a_result() -> None:
    once, tries = SingleFlight(), []

    def work() -> None:
        tries.append(1)
        raise ValueError("broken")

    for _ in range(2):
        with pytest.raises(ValueError, match="broken"):
            once.do("key", work)
    assert tries == [1]


def test_a_failure_that_is_shared_does_not_collect_the_stacks_of_all_who_hear_of_it() -> None:
    once = SingleFlight()

    def work() -> None:
        raise AccessRefused("not yours", 403, "apps")

    errors = []
    for _ in range(4):
        with pytest.raises(AccessRefused) as caught:
            once.do("key", work)
        errors.append(caught)
    assert len({len(error.traceback) for error in errors[1:]}) == 1
    assert {(str(error.value), error.value.status) for error in errors} == {
        ("apps: not yours Or deselect the stream apps.", 403)
    }
    assert str(errors[3].value.for_stream("users")) == "users: not yours Or deselect the stream users."
