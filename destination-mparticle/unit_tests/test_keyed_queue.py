from hypothesis import given
from hypothesis import strategies as st

from destination_mparticle.events_api.keyed_queue import KeyedQueue


def test_items_without_a_common_key_leave_side_by_side_and_others_one_after_the_other():
    backlog = KeyedQueue()
    backlog.put("first", ["a", "b"])
    backlog.put("second", ["b", "c"])
    backlog.put("third", ["d"])

    number, item = backlog.take()
    assert item == "first"
    assert backlog.take()[1] == "third"
    assert backlog.take() is None

    backlog.done(number)
    assert backlog.take()[1] == "second"
    assert len(backlog) == 2


@given(
    st.lists(st.sets(st.sampled_from("abcdef"), min_size=1, max_size=4), max_size=30),
    st.randoms(use_true_random=False),
)
def test_whatever_is_done_when_every_item_leaves_once_and_in_the_order_of_each_key(items, rng):
    backlog, under_way, left = KeyedQueue(), [], []
    waiting = list(enumerate(items))
    while waiting or under_way or len(backlog):
        if waiting and rng.random() < 0.5:
            backlog.put(*reversed((waiting[0][1], waiting[0])))
            waiting.pop(0)
        elif (taken := backlog.take()) is not None:
            keys_under_way = [key for _, (_, keys) in under_way for key in keys]
            assert not taken[1][1].intersection(keys_under_way)
            under_way.append(taken)
            left.append(taken[1])
        elif under_way:
            number, _ = under_way.pop(rng.randrange(len(under_way)))
            backlog.done(number)
    assert sorted(number for number, _ in left) == list(range(len(items)))
    for key in "abcdef":
        numbers = [number for number, keys in left if key in keys]
        assert numbers == sorted(numbers)
