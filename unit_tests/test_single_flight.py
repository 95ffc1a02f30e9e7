import threading

import pytest

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
