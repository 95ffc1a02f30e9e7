from datetime import datetime, timedelta, timezone

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from destination_mparticle import limits, policy
from destination_mparticle.delivery.batch import Draft, Row, assemble, halves, ready_made, size
from destination_mparticle.delivery.grouping import Grouper
from destination_mparticle.delivery.ids import RowIds, digest
from destination_mparticle.delivery.packing import Packer, Request
from destination_mparticle.delivery.routing import Route, Router
from destination_mparticle.delivery.users import IDENTITY_PRIORITY, user_key
from destination_mparticle.protocol.catalog import StreamKey
from destination_mparticle.validation.model.batch import UserIdentities
from destination_mparticle.validation.reasons import Reason, Rejection

STREAM = StreamKey("", "s")
NOW = datetime(2024, 6, 15, 13, 30, tzinfo=timezone.utc)


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
    batch = assemble(STREAM, [draft(event=b'{"n":1}'), draft(event=b'{"n":2}')], "salt")

    assert orjson.loads(batch.body)["events"] == [{"n": 1}, {"n": 2}]
    assert orjson.loads(batch.body)["environment"] == "development"
    assert len(batch.body) == size(b'{"environment":"development"}', [7, 7])


def test_the_id_of_a_batch_with_events_is_a_function_of_what_is_sent():
    assert assemble(STREAM, [draft()], "one").body == assemble(STREAM, [draft(row_id="other")], "two").body
    assert assemble(STREAM, [draft()], "s").body != assemble(STREAM, [draft(event=b'{"n":2}')], "s").body


def test_the_id_of_an_upsert_also_takes_the_run_and_the_row():
    upsert = draft(event=None)
    assert assemble(STREAM, [upsert], "one").body == assemble(STREAM, [upsert], "one").body
    assert assemble(STREAM, [upsert], "one").body != assemble(STREAM, [upsert], "two").body
    assert assemble(STREAM, [upsert], "one").body != assemble(STREAM, [draft(event=None, row_id="x")], "one").body


def test_a_ready_batch_keeps_the_ids_that_it_has_and_gets_those_that_it_lacks():
    own = {"source_request_id": 7, "events": [{"data": {"source_message_id": "mine"}}, {"data": {}}]}
    made = ready_made(STREAM, "u", Route.LIVE, own, Row(b"", 1, 0, "row"), "salt")

    sent = orjson.loads(made.body)
    assert (sent["source_request_id"], sent["events"][0]["data"]["source_message_id"]) == (7, "mine")
    assert sent["events"][1]["data"]["source_message_id"] == digest(b"row", b"1")
    bare = [ready_made(STREAM, "u", Route.LIVE, {"mpid": 1}, Row(b"", 1, 0, "r"), salt).body for salt in "aab"]
    assert bare[0] == bare[1] != bare[2]


def test_a_batch_is_cut_in_two_in_order_until_one_record_is_left():
    batch = assemble(STREAM, [draft(event=b'{"n":%d}' % n) for n in range(5)], "s")
    first, second = halves(batch, "s")
    assert [orjson.loads(half.body)["events"] for half in (first, second)] == [
        [{"n": 0}, {"n": 1}],
        [{"n": 2}, {"n": 3}, {"n": 4}],
    ]
    assert halves(assemble(STREAM, [draft()], "s"), "s") is None


def gathered(drafts, window=policy.WINDOW_BYTES):
    grouper = Grouper(STREAM, "salt", window)
    return [batch for one in drafts for batch in grouper.add(one)] + grouper.close()


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


def test_a_full_window_closes_everything():
    one = draft()
    grouper = Grouper(STREAM, "salt", window_bytes=one.weight * 3)
    assert [len(grouper.add(draft(user))) for user in "abcd"] == [0, 0, 3, 0]


def test_old_batches_leave_first_when_a_window_closes():
    batches = gathered([draft("a"), draft("b", route=Route.HISTORICAL), draft("c")])
    assert [batch.user for batch in batches] == ["b", "a", "c"]


@given(st.lists(st.tuples(st.integers(1, 100), st.integers(0, 127_000), st.sampled_from(Route)), max_size=80))
def test_requests_stay_within_every_limit_and_keep_the_order(sizes):
    batches = [
        assemble(STREAM, [draft(event=b"x" * (length // count + 1), route=route)] * count, str(n))
        for n, (count, length, route) in enumerate(sizes)
    ]
    packer = Packer()
    requests = [request for batch in batches if (request := packer.add(batch))]
    requests += [request for request in [packer.close()] if request]

    assert [batch for request in requests for batch in request.batches] == batches
    for request in requests:
        assert len(request.body) < 256_000
        assert len(request.batches) <= 100
        assert sum(batch.events for batch in request.batches) <= 100
        assert {batch.route for batch in request.batches} == {request.route}


def test_a_request_is_filled_to_the_last_byte():
    frame = len(assemble(STREAM, [draft(event=b"")], "s").body)
    large = assemble(STREAM, [draft(event=b"x" * (limits.BATCH_BYTES - frame))], "s")
    rest = limits.REQUEST_BYTES - 3 - len(large.body) - frame
    for extra, requests in ((0, 1), (1, 2)):
        packer = Packer()
        last = assemble(STREAM, [draft(event=b"y" * (rest + extra))], "s")
        sent = [request for batch in (large, last) if (request := packer.add(batch))]
        sent.append(packer.close())
        assert len(sent) == requests
    assert len(Request(Route.LIVE, (large, assemble(STREAM, [draft(event=b"y" * rest)], "s"))).body) == 255_999


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
    assert sorted(IDENTITY_PRIORITY) == sorted(UserIdentities.__struct_fields__)


def test_enough_fits_under_way_for_every_lane_to_hold_back_a_request():
    assert policy.LANES * limits.REQUEST_BYTES * 3 < policy.IN_FLIGHT_BYTES
