from dataclasses import replace
from datetime import datetime, timedelta, timezone
from uuid import uuid4

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from destination_mparticle import tuning
from destination_mparticle.mparticle import limits
from destination_mparticle.mparticle.identities import USER_IDENTITIES
from destination_mparticle.mparticle.model.batch import UserIdentities
from destination_mparticle.pipeline.batch import Draft, Row, assemble, halves, ready_made, size
from destination_mparticle.pipeline.grouping import ByUser, Single
from destination_mparticle.pipeline.ids import RowIds, digest
from destination_mparticle.pipeline.packing import Packer, Request
from destination_mparticle.pipeline.routing import Route, Router
from destination_mparticle.pipeline.users import user_key
from destination_mparticle.protocol.catalog import StreamKey
from destination_mparticle.validation.reasons import Reason, Rejection

STREAM = StreamKey("", "s")
NOW = datetime(2024, 6, 15, 13, 30, tzinfo=timezone.utc)


def new_id():
    return str(uuid4())


def draft(user="u", event=b'{"n":1}', envelope=b'{"environment":"development"}', route=Route.LIVE, row_id="r"):
    return Draft(user, route, envelope, event, Row(b"line", 1, 0, row_id))


def test_equal_rows_get_different_ids_and_a_replay_the_same_ones():
    def ids(rows):
        counter = RowIds("s")
        return [counter.next(row) for row in rows]

    rows = [{"a": 1}, {"a": 1}, {"a": 2}, {"a": 1, "_airbyte_raw_id": "x"}]
    assert len(set(ids(rows))) == 4
    assert ids(rows) == ids(rows)


def test_the_count_of_equal_rows_starts_again_at_a_state():
    counter = RowIds("s")
    first = counter.next({"a": 1})
    counter.state_passed()
    assert counter.next({"a": 1}) == first


def test_equal_rows_stay_apart_beyond_what_memory_holds():
    counter = RowIds("s", rows=2)
    assert len({counter.next({"a": n % 2}) for n in range(10)}) == 10


def test_ids_depend_on_the_stream_and_not_on_the_order_of_columns():
    assert RowIds("s").next({"a": 1, "b": 2}) == RowIds("s").next({"b": 2, "a": 1})
    assert RowIds("s").next({"a": 1}) != RowIds("t").next({"a": 1})
    assert digest(b"ab", b"c") != digest(b"a", b"bc")


def test_a_batch_is_its_envelope_its_id_and_its_events():
    batch = assemble(STREAM, [draft(event=b'{"n":1}'), draft(event=b'{"n":2}')], new_id)

    assert orjson.loads(batch.body)["events"] == [{"n": 1}, {"n": 2}]
    assert orjson.loads(batch.body)["environment"] == "development"
    assert len(batch.body) == size(b'{"environment":"development"}', [7, 7])


def test_the_id_of_a_batch_with_events_is_a_function_of_what_is_sent():
    assert assemble(STREAM, [draft()], new_id).body == assemble(STREAM, [draft(row_id="other")], new_id).body
    assert assemble(STREAM, [draft()], new_id).body != assemble(STREAM, [draft(event=b'{"n":2}')], new_id).body


def test_an_upsert_has_an_id_of_its_own_every_time_it_is_made():
    upsert = draft(event=None)
    assert assemble(STREAM, [upsert], new_id).body != assemble(STREAM, [upsert], new_id).body


def test_a_ready_batch_keeps_the_ids_that_it_has_and_gets_those_that_it_lacks():
    own = {"source_request_id": 7, "events": [{"data": {"source_message_id": "mine"}}, {"data": {}}]}
    made = ready_made(STREAM, "u", Route.LIVE, own, Row(b"", 1, 0, "row"), new_id)

    sent = orjson.loads(made.body)
    assert (sent["source_request_id"], sent["events"][0]["data"]["source_message_id"]) == (7, "mine")
    assert sent["events"][1]["data"]["source_message_id"] == digest(b"row", b"1")
    ids = iter(("first", "second"))
    bare = [
        ready_made(STREAM, "u", Route.LIVE, {"mpid": 1}, Row(b"", 1, 0, "r"), lambda: next(ids)).body for _ in range(2)
    ]
    assert [orjson.loads(body)["source_request_id"] for body in bare] == ["first", "second"]


def test_a_batch_is_cut_in_two_in_order_until_one_record_is_left():
    batch = assemble(STREAM, [draft(event=b'{"n":%d}' % n) for n in range(5)], new_id)
    first, second = halves(batch)
    assert [orjson.loads(half.body)["events"] for half in (first, second)] == [
        [{"n": 0}, {"n": 1}],
        [{"n": 2}, {"n": 3}, {"n": 4}],
    ]
    assert halves(assemble(STREAM, [draft()], new_id)) is None


def test_an_upsert_of_equal_rows_is_not_cut_since_no_half_would_fare_better():
    assert halves(assemble(STREAM, [draft(event=None)] * 4, new_id)) is None


def gathered(drafts, window=tuning.WINDOW_BYTES):
    grouping = ByUser(STREAM, new_id, window)
    closed = [batch for one in drafts for batch in grouping.add(one)]
    return [*closed, *grouping.close()]


def test_records_of_one_user_share_a_batch_and_users_do_not():
    batches = gathered([draft("a"), draft("b"), draft("a")])
    assert [(batch.user, batch.events) for batch in batches] == [("a", 2), ("b", 1)]


def test_a_users_batch_closes_when_the_next_record_says_something_else_about_the_user():
    other = b'{"environment":"development","user_attributes":{"tier":"gold"}}'
    batches = gathered([draft(), draft(envelope=other), draft(), draft(event=None)])
    assert [batch.events for batch in batches] == [1, 1, 1, 0]


def test_a_batch_closes_at_the_documented_count_and_size_exactly():
    assert [batch.events for batch in gathered([draft()] * 201)] == [100, 100, 1]
    envelope = b'{"environment":"development"}'
    half = (limits.BATCH_BYTES - size(envelope, []) - 1) // 2
    fitting = draft(event=b"x" * half)
    (batch,) = gathered([fitting, fitting])
    assert limits.BATCH_BYTES - 1 <= len(batch.body) <= limits.BATCH_BYTES
    assert len(gathered([fitting, draft(event=b"x" * (half + 2))])) == 2


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), st.integers(1, 60_000)), max_size=60))
def test_boundaries_are_a_function_of_the_input_and_keep_every_users_order(rows):
    drafts = [
        draft(str(user), b'{"n":%d,"x":"%s"}' % (n, b"x" * length), b'{"environment":"development","e":%d}' % kind)
        for n, (user, kind, length) in enumerate(rows)
    ]
    batches = gathered(drafts, window=200_000)
    assert [batch.body for batch in batches] == [batch.body for batch in gathered(drafts, window=200_000)]
    assert all(len(batch.body) <= limits.BATCH_BYTES for batch in batches)
    for user in {one.user for one in drafts}:
        sent = [one.event for batch in batches if batch.user == user for one in batch.drafts]
        assert sent == [one.event for one in drafts if one.user == user]


def test_a_window_closes_everything_when_its_bytes_are_full_and_begins_anew():
    grouping = ByUser(STREAM, new_id, window_bytes=draft().weight * 3)
    closed = [[batch.user for batch in grouping.add(draft(user))] for user in "abcd"]
    assert closed == [[], [], ["a", "b", "c"], []]
    assert [batch.user for batch in grouping.close()] == ["d"]


def test_what_is_discarded_is_counted_and_never_sent():
    grouping = ByUser(STREAM, new_id)
    for user in "aab":
        assert list(grouping.add(draft(user))) == []
    assert grouping.discard() == 3
    assert list(grouping.close()) == []


def test_single_events_leave_at_once_with_ids_that_nothing_around_them_changes():
    def sent(drafts):
        single = Single(STREAM, new_id)
        bodies = [batch.body for one in drafts for batch in single.add(one)]
        assert (list(single.close()), single.discard()) == ([], 0)
        return bodies

    drafts = [draft(event=b'{"n":%d}' % n) for n in range(4)]
    assert sorted(sent(drafts)) == sorted(sent(drafts[::-1]))
    assert sent(drafts)[1] == sent([drafts[1]])[0]


def test_a_window_fills_alike_whatever_the_platform_writes_around_the_content():
    short, long = (replace(draft(), row=Row(line, 1, 0, "r", content_bytes=4)) for line in (b"line", b"line" * 500))
    assert short.weight == long.weight


def test_old_batches_leave_first_when_a_window_closes():
    batches = gathered([draft("a"), draft("b", route=Route.HISTORICAL), draft("c")])
    assert [batch.user for batch in batches] == ["b", "a", "c"]


@given(
    st.lists(st.tuples(st.integers(1, 100), st.integers(0, 127_000), st.sampled_from(Route)), max_size=80),
    st.booleans(),
)
def test_requests_stay_within_every_limit_and_keep_the_order_of_every_user(sizes, alone):
    batches = [
        assemble(STREAM, [draft(f"u{n % 3}", b"x" * (length // count + 1), route=route)] * count, new_id)
        for n, (count, length, route) in enumerate(sizes)
    ]
    packer = Packer(one_for_each_user=alone)
    requests = [request for batch in batches for request in packer.add(batch)] + packer.close()

    sent = [batch for request in requests for batch in request.batches]
    assert sorted(map(id, sent)) == sorted(map(id, batches))
    for user in {batch.user for batch in batches}:
        assert [batch for batch in sent if batch.user == user] == [batch for batch in batches if batch.user == user]
    for request in requests:
        assert len(request.body) < 256_000
        assert len(request.batches) <= 100
        assert sum(batch.events for batch in request.batches) <= 100
        assert {batch.route for batch in request.batches} == {request.route}
        assert not alone or len(request.users) == len(request.batches)


def test_a_request_is_filled_to_the_last_byte():
    frame = len(assemble(STREAM, [draft(event=b"")], new_id).body)
    large = assemble(STREAM, [draft(event=b"x" * (limits.BATCH_BYTES - frame))], new_id)
    rest = limits.REQUEST_BYTES - 3 - len(large.body) - frame
    for extra, requests in ((0, 1), (1, 2)):
        packer = Packer()
        last = assemble(STREAM, [draft("v", b"y" * (rest + extra))], new_id)
        sent = [request for batch in (large, last) for request in packer.add(batch)] + packer.close()
        assert len(sent) == requests
    assert len(Request(Route.LIVE, (large, assemble(STREAM, [draft("v", b"y" * rest)], new_id))).body) == 255_999


def test_old_and_fresh_batches_of_different_users_fill_two_requests_at_a_time():
    packer = Packer()
    routes = [Route.LIVE, Route.HISTORICAL] * 5
    closed = [
        request
        for n, route in enumerate(routes)
        for request in packer.add(assemble(STREAM, [draft(f"u{n}", route=route)], new_id))
    ]
    assert closed == []
    assert [len(request.batches) for request in packer.close()] == [5, 5]


def milliseconds(moment):
    return round(moment.timestamp() * 1000)


@pytest.mark.parametrize(
    ("ages", "route"),
    [
        ([timedelta(0)], Route.LIVE),
        ([timedelta(days=29)], Route.LIVE),
        ([timedelta(days=30, milliseconds=1)], Route.HISTORICAL),
        ([timedelta(days=400), timedelta(days=4)], Route.HISTORICAL),
        ([None], Route.LIVE),
        ([], Route.LIVE),
        ([timedelta(days=-1)], Route.LIVE),
    ],
)
def test_age_decides_the_route(ages, route):
    moments = [age if age is None else milliseconds(NOW - age) for age in ages]
    assert Router.at(NOW).route(moments) is route


@pytest.mark.parametrize("other", [None, timedelta(hours=71)])
def test_what_the_historical_endpoint_would_drop_is_rejected_aloud(other):
    moments = [milliseconds(NOW - timedelta(days=31)), other if other is None else milliseconds(NOW - other)]
    with pytest.raises(Rejection) as rejection:
        Router.at(NOW).route(moments)
    assert rejection.value.reason is Reason.HISTORICAL_RULES


def test_all_runs_of_one_day_draw_the_line_between_old_and_fresh_in_the_same_place():
    morning, evening = NOW.replace(hour=0, minute=1), NOW.replace(hour=23, minute=59)
    assert Router.at(morning).old_before == Router.at(evening).old_before


def test_the_first_identity_of_the_list_decides_the_lane():
    both = {"user_identities": {"email": "a", "customer_id": "1"}}
    assert user_key(both) == user_key({"user_identities": {"customer_id": "1"}}) == "customer_id:1"
    assert user_key({"mpid": 5, **both}) == "mpid:5"
    assert user_key({"user_identities": None, "device_info": {"ios_idfv": "x"}}) == "ios_idfv:x"
    assert user_key({"partner_identities": {"P_Id": "x"}}) == "P_Id:x"


def test_every_kind_of_user_identity_has_a_place_in_the_list():
    assert sorted(USER_IDENTITIES) == sorted(UserIdentities.__struct_fields__)
