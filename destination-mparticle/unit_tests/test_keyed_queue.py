import random

from hypothesis import given
from hypothesis import strategies as st

from destination_mparticle.sending.keyed_queue import KeyedQueue


def test_items_without_a_common_key_leave_side_by_side_and_others_one_after_the_other() -> None:
    queue: KeyedQueue[str] = KeyedQueue()
    assert queue.put("first", ["a", "b"]) == 1
    assert queue.put("second", ["b", "c"]) == 0
    assert queue.put("third", ["d"]) == 1

    first, third = queue.take(), queue.take()
    assert first is not None
    assert third is not None
    assert (first[1], third[1]) == ("first", "third")
    assert queue.take() is None

    assert queue.done(third[0]) == 0
    assert queue.done(first[0]) == 1
    second = queue.take()
    assert second is not None
    assert second[1] == "second"
    assert len(queue) == 1


@given(
    st.lists(st.sets(st.sampled_from("abcdef"), min_size=1, max_size=4), max_size=30),
    st.randoms(use_true_random=False),
)
def test_whatever_is_done_when_every_item_leaves_once_and_in_the_order_of_each_key(
    items: list[set[str]], rng: random.Random
) -> None:
    queue: KeyedQueue[tuple[int, set[str]]] = KeyedQueue()
    in_progress: list[tuple[int, tuple[int, set[str]]]] = []
    left: list[tuple[int, set[str]]] = []
    waiting = list(enumerate(items))
    may_leave = 0
    while waiting or in_progress or len(queue):
        if waiting and rng.random() < 0.5:
            may_leave += queue.put(waiting[0], waiting[0][1])
            waiting.pop(0)
        elif (taken := queue.take()) is not None:
            may_leave -= 1
            keys_in_progress = [key for _, (_, keys) in in_progress for key in keys]
            assert not taken[1][1].intersection(keys_in_progress)
            in_progress.append(taken)
            left.append(taken[1])
        elif in_progress:
            number, _ = in_progress.pop(rng.randrange(len(in_progress)))
            may_leave += queue.done(number)
        assert may_leave >= 0
    assert may_leave == 0
    assert sorted(number for number, _ in left) == list(range(len(items)))
    for key in "abcdef":
        numbers = [number for number, keys in left if key in keys]
        assert numbers == sorted(numbers)
