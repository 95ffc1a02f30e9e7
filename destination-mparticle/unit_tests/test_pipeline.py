from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import uuid4

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from destination_mparticle import tuning
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.mparticle import limits
from destination_mparticle.mparticle.identities import USER_IDENTITIES
from destination_mparticle.mparticle.model.batch import UserIdentities
from destination_mparticle.pipeline.batch import Batch, PreparedRecord, assemble, ready_made, split
from destination_mparticle.pipeline.grouping import ByUser, Single
from destination_mparticle.pipeline.ids import RecordId, RecordIds, digest
from destination_mparticle.pipeline.packing import Packer, Request
from destination_mparticle.pipeline.record import TrackedRecord
from destination_mparticle.pipeline.routing import Route, Router
from destination_mparticle.pipeline.users import user_key
from destination_mparticle.validation.reasons import Reason, Rejection

STREAM = StreamKey("", "s")
NOW = datetime(2024, 6, 15, 13, 30, tzinfo=timezone.utc)


def new_id() -> str:
    return str(uuid4())


def prepared(
    user: str = "u",
    event: bytes | None = b'{"n":1}',
    envelope: bytes = b'{"environment":"development"}',
    route: Route = Route.LIVE,
    record_id: str = "r",
) -> PreparedRecord:
    return PreparedRecord(user, route, envelope, event, TrackedRecord(b"line", 1, 0, record_id))


def test_equal_records_get_different_ids_and_a_replay_the_same_ones() -> None:
    def ids(rows: list[dict[str, Any]]) -> list[RecordId]:
        counter = RecordIds("s")
        return [counter.next(row) for row in rows]

    rows: list[dict[str, Any]] = [{"a": 1}, {"a": 1}, {"a": 2}, {"a": 1}]
    assert len(set(ids(rows))) == 4
    assert ids(rows) == ids(rows)


def test_the_count_of_equal_records_starts_again_at_a_state() -> None:
    counter = RecordIds("s")
    first = counter.next({"a": 1})
    counter.start_interval()
    assert counter.next({"a": 1}) == first


def test_equal_records_stay_apart_beyond_what_memory_holds() -> None:
    counter = RecordIds("s", window=2)
    assert len({counter.next({"a": n % 2}) for n in range(10)}) == 10


def test_ids_depend_on_the_stream_and_not_on_the_order_of_columns() -> None:
    assert RecordIds("s").next({"a": 1, "b": 2}) == RecordIds("s").next({"b": 2, "a": 1})
    assert RecordIds("s").next({"a": 1}) != RecordIds("t").next({"a": 1})
    assert digest(b"ab", b"c") != digest(b"a", b"bc")


def test_a_batch_is_its_envelope_its_id_and_its_events() -> None:
    batch = assemble(STREAM, [prepared(event=b'{"n":1}'), prepared(event=b'{"n":2}')], new_id)

    assert orjson.loads(batch.body)["events"] == [{"n": 1}, {"n": 2}]
    assert orjson.loads(batch.body)["environment"] == "development"
    assert len(batch.body) == prepared(event=b'{"n":1}').batch_bytes + len(b',{"n":2}')


def test_the_id_of_a_batch_with_events_is_a_function_of_what_is_sent() -> None:
    assert assemble(STREAM, [prepared()], new_id).body == assemble(STREAM, [prepared(record_id="other")], new_id).body
    assert assemble(STREAM, [prepared()], new_id).body != assemble(STREAM, [prepared(event=b'{"n":2}')], new_id).body


def test_an_upsert_has_an_id_of_its_own_every_time_it_is_made() -> None:
    upsert = prepared(event=None)
    assert assemble(STREAM, [upsert], new_id).body != assemble(STREAM, [upsert], new_id).body


def test_a_ready_batch_keeps_the_ids_that_it_has_and_gets_those_that_it_lacks() -> None:
    own = {"source_request_id": 7, "events": [{"data": {"source_message_id": "mine"}}, {"data": {}}]}
    made = ready_made(STREAM, "u", Route.LIVE, own, TrackedRecord(b"", 1, 0, "row"), new_id)

    sent = orjson.loads(made.body)
    assert (sent["source_request_id"], sent["events"][0]["data"]["source_message_id"]) == (7, "mine")
    assert sent["events"][1]["data"]["source_message_id"] == digest(b"row", b"1")
    ids = iter(("first", "second"))
    bare = [
        ready_made(STREAM, "u", Route.LIVE, {"mpid": 1}, TrackedRecord(b"", 1, 0, "r"), lambda: next(ids)).body
        for _ in range(2)
    ]
    assert [orjson.loads(body)["source_request_id"] for body in bare] == ["first", "second"]


def test_a_batch_is_split_in_two_in_order_until_one_record_is_left() -> None:
    batch = assemble(STREAM, [prepared(event=b'{"n":%d}' % n) for n in range(5)], new_id)
    halves = split(batch)
    assert halves is not None
    assert [orjson.loads(half.body)["events"] for half in halves] == [
        [{"n": 0}, {"n": 1}],
        [{"n": 2}, {"n": 3}, {"n": 4}],
    ]
    assert split(assemble(STREAM, [prepared()], new_id)) is None


def test_an_upsert_of_equal_records_is_not_split_since_both_halves_would_be_refused_alike() -> None:
    assert split(assemble(STREAM, [prepared(event=None)] * 4, new_id)) is None


def grouped(records: Sequence[PreparedRecord], window: int = tuning.WINDOW_BYTES) -> list[Batch]:
    grouping = ByUser(STREAM, new_id, window)
    closed = [batch for one in records for batch in grouping.add(one)]
    return [*closed, *grouping.close()]


def test_records_of_one_user_share_a_batch_and_users_do_not() -> None:
    batches = grouped([prepared("a"), prepared("b"), prepared("a")])
    assert [(batch.user, batch.events) for batch in batches] == [("a", 2), ("b", 1)]


def test_a_users_batch_closes_when_the_next_record_says_something_else_about_the_user() -> None:
    other = b'{"environment":"development","user_attributes":{"tier":"gold"}}'
    batches = grouped([prepared(), prepared(envelope=other), prepared(), prepared(event=None)])
    assert [batch.events for batch in batches] == [1, 1, 1, 0]


def test_a_batch_closes_at_the_documented_count_and_size_exactly() -> None:
    assert [batch.events for batch in grouped([prepared()] * 201)] == [100, 100, 1]
    envelope = b'{"environment":"development"}'
    half = (limits.BATCH_BYTES - prepared(event=None, envelope=envelope).batch_bytes - 1) // 2
    fitting = prepared(event=b"x" * half)
    (batch,) = grouped([fitting, fitting])
    assert limits.BATCH_BYTES - 1 <= len(batch.body) <= limits.BATCH_BYTES
    assert len(grouped([fitting, prepared(event=b"x" * (half + 2))])) == 2


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), st.integers(1, 60_000)), max_size=60))
def test_boundaries_are_a_function_of_the_input_and_keep_every_users_order(rows: list[tuple[int, int, int]]) -> None:
    records = [
        prepared(str(user), b'{"n":%d,"x":"%s"}' % (n, b"x" * length), b'{"environment":"development","e":%d}' % kind)
        for n, (user, kind, length) in enumerate(rows)
    ]
    batches = grouped(records, window=200_000)
    assert [batch.body for batch in batches] == [batch.body for batch in grouped(records, window=200_000)]
    assert all(len(batch.body) <= limits.BATCH_BYTES for batch in batches)
    for user in {one.user for one in records}:
        sent = [one.event for batch in batches if batch.user == user for one in batch.parts]
        assert sent == [one.event for one in records if one.user == user]


def test_a_window_closes_everything_when_its_bytes_are_full_and_begins_anew() -> None:
    grouping = ByUser(STREAM, new_id, window_bytes=prepared().weight * 3)
    closed = [[batch.user for batch in grouping.add(prepared(user))] for user in "abcd"]
    assert closed == [[], [], ["a", "b", "c"], []]
    assert [batch.user for batch in grouping.close()] == ["d"]


def test_what_is_discarded_is_counted_and_never_sent() -> None:
    grouping = ByUser(STREAM, new_id)
    for user in "aab":
        assert list(grouping.add(prepared(user))) == []
    assert grouping.discard() == 3
    assert list(grouping.close()) == []


def test_single_events_leave_at_once_with_ids_that_nothing_around_them_changes() -> None:
    def sent(records: Sequence[PreparedRecord]) -> list[bytes]:
        single = Single(STREAM, new_id)
        bodies = [batch.body for one in records for batch in single.add(one)]
        assert (list(single.close()), single.discard()) == ([], 0)
        return bodies

    records = [prepared(event=b'{"n":%d}' % n) for n in range(4)]
    assert sorted(sent(records)) == sorted(sent(records[::-1]))
    assert sent(records)[1] == sent([records[1]])[0]


def test_a_window_fills_alike_whatever_the_platform_writes_around_the_content() -> None:
    short, long = (
        replace(prepared(), record=TrackedRecord(line, 1, 0, "r", content_bytes=4)) for line in (b"line", b"line" * 500)
    )
    assert short.weight == long.weight


def test_old_batches_leave_first_when_a_window_closes() -> None:
    batches = grouped([prepared("a"), prepared("b", route=Route.HISTORICAL), prepared("c")])
    assert [batch.user for batch in batches] == ["b", "a", "c"]


@given(
    st.lists(st.tuples(st.integers(1, 100), st.integers(0, 127_000), st.sampled_from(Route)), max_size=80),
    st.booleans(),
)
def test_requests_stay_within_every_limit_and_keep_the_order_of_every_user(
    sizes: list[tuple[int, int, Route]], alone: bool
) -> None:
    batches = [
        assemble(STREAM, [prepared(f"u{n % 3}", b"x" * (length // count + 1), route=route)] * count, new_id)
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


def test_a_request_is_filled_to_the_last_byte() -> None:
    frame = len(assemble(STREAM, [prepared(event=b"")], new_id).body)
    large = assemble(STREAM, [prepared(event=b"x" * (limits.BATCH_BYTES - frame))], new_id)
    rest = limits.REQUEST_BYTES - 3 - len(large.body) - frame
    for extra, requests in ((0, 1), (1, 2)):
        packer = Packer()
        last = assemble(STREAM, [prepared("v", b"y" * (rest + extra))], new_id)
        sent = [request for batch in (large, last) for request in packer.add(batch)] + packer.close()
        assert len(sent) == requests
    assert len(Request(Route.LIVE, (large, assemble(STREAM, [prepared("v", b"y" * rest)], new_id))).body) == 255_999


def test_old_and_fresh_batches_of_different_users_fill_two_requests_at_a_time() -> None:
    packer = Packer()
    routes = [Route.LIVE, Route.HISTORICAL] * 5
    closed = [
        request
        for n, route in enumerate(routes)
        for request in packer.add(assemble(STREAM, [prepared(f"u{n}", route=route)], new_id))
    ]
    assert closed == []
    assert [len(request.batches) for request in packer.close()] == [5, 5]


def milliseconds(when: datetime) -> int:
    return round(when.timestamp() * 1000)


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
def test_age_decides_the_route(ages: list[timedelta | None], route: Route) -> None:
    timestamps = [age if age is None else milliseconds(NOW - age) for age in ages]
    assert Router.at(NOW).route(timestamps) is route


@pytest.mark.parametrize("other", [None, timedelta(hours=71)])
def test_what_the_historical_endpoint_would_silently_drop_is_rejected(other: timedelta | None) -> None:
    timestamps = [milliseconds(NOW - timedelta(days=31)), other if other is None else milliseconds(NOW - other)]
    with pytest.raises(Rejection) as rejection:
        Router.at(NOW).route(timestamps)
    assert rejection.value.reason is Reason.HISTORICAL_RULES


def test_all_runs_of_one_day_draw_the_line_between_old_and_fresh_in_the_same_place() -> None:
    morning, evening = NOW.replace(hour=0, minute=1), NOW.replace(hour=23, minute=59)
    assert Router.at(morning).old_before == Router.at(evening).old_before


def test_the_first_identity_of_the_list_names_the_user() -> None:
    both = {"user_identities": {"email": "a", "customer_id": "1"}}
    assert user_key(both) == user_key({"user_identities": {"customer_id": "1"}}) == "customer_id:1"
    assert user_key({"mpid": 5, **both}) == "mpid:5"
    assert user_key({"user_identities": None, "device_info": {"ios_idfv": "x"}}) == "ios_idfv:x"
    assert user_key({"partner_identities": {"P_Id": "x"}}) == "P_Id:x"


def test_every_kind_of_user_identity_has_a_place_in_the_list() -> None:
    assert sorted(USER_IDENTITIES) == sorted(UserIdentities.__struct_fields__)
