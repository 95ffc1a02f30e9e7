"""Ids are functions of content, however it is spelled. `golden_ids.json` holds what they must stay."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from destination_mparticle.json_reading import loads
from destination_mparticle.json_writing import canonical_json
from destination_mparticle.mapping.plan import Plan
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.pipeline.batch import Batch, assemble
from destination_mparticle.pipeline.ids import FirstIds, RecordIds
from destination_mparticle.pipeline.prepare import Defaults, Preparer
from destination_mparticle.pipeline.record import TrackedRecord
from destination_mparticle.pipeline.routing import Router
from unit_tests.mappings import plan as plan_of
from unit_tests.mappings import planned

GOLDEN = json.loads(Path(__file__).with_name("golden_ids.json").read_text())
NOW = datetime(2024, 6, 15, tzinfo=timezone.utc)
EVENTS = planned("custom_event", {"customer_id": "{id}", "event_name": "{what}", "timestamp": "{at}"}, unmapped=True)


def new_id() -> str:
    """In place of the ids that upserts get, which are new every time."""
    return "new"


def content(text: str) -> Mapping[str, Any]:
    """What a row's id is made of."""
    row = loads(text.encode())
    return EVENTS.layout(row).content(row)


def sent(plan: Plan[Any], *texts: str) -> Iterator[dict[str, Any]]:
    """The batches that these rows make, each row in its own."""
    stream = StreamKey("shop", "orders")
    preparer = Preparer(stream, plan, Defaults("development", None, Router.at(NOW), new_id), RecordIds(stream.identity))
    for text in texts:
        ready = preparer.prepare(loads(text.encode()), TrackedRecord(b"", 1, 0)).ready
        yield orjson.loads((ready if isinstance(ready, Batch) else assemble(stream, [ready], new_id)).body)


def ids(batch: dict[str, Any]) -> list[str]:
    return [batch["source_request_id"], *(event["data"]["source_message_id"] for event in batch.get("events") or ())]


@pytest.mark.parametrize("by_position", [True, False])
def test_rows_keep_the_ids_that_they_had_in_earlier_versions(by_position: bool) -> None:
    counter = RecordIds(GOLDEN["stream"], window=GOLDEN["duplicate_window"], by_position=by_position)
    found = [counter.next(content(row)).text for row in GOLDEN["rows"]]
    assert found == GOLDEN["ids_by_position" if by_position else "ids"]


def test_batches_and_events_keep_the_ids_that_they_had_in_earlier_versions() -> None:
    assert [ids(batch) for batch in sent(EVENTS, *GOLDEN["events"])] == GOLDEN["event_ids"]
    assert [ids(batch) for batch in sent(plan_of("event_batch"), *GOLDEN["batches"])] == GOLDEN["batch_ids"]


ROW = '{"id":1,"what":"Joined","at":1714557600000,"n":2,"deep":{"b":[1,{"y":3,"x":4}],"a":5}}'
SPELLINGS = {
    "another order": '{"deep":{"a":5,"b":[1,{"x":4,"y":3}]},"n":2,"at":1714557600000,"what":"Joined","id":1}',
    "a point": '{"id":1.0,"what":"Joined","at":1714557600000.0,"n":2.0,"deep":{"b":[1.0,{"y":3.0,"x":4}],"a":5.00}}',
    "an exponent": '{"id":10e-1,"what":"Joined","at":17145576e5,"n":2e0,"deep":{"b":[1E0,{"y":3,"x":40e-1}],"a":5e0}}',
    "columns of Airbyte": ROW[:-1] + ',"_airbyte_raw_id":"x","_AIRBYTE_EXTRACTED_AT":7,"_Airbyte_Meta":{"a":NaN}}',
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_how_a_row_is_spelled_changes_neither_its_id_nor_what_is_sent(spelling: str) -> None:
    assert RecordIds("s").next(content(spelling)).text == RecordIds("s").next(content(ROW)).text
    assert list(sent(EVENTS, spelling)) == list(sent(EVENTS, ROW))


BATCH = (
    '{"mpid":5,"user_attributes":{"tier":"gold","points":7},"events":[{"event_type":"custom_event",'
    '"data":{"event_name":"n","custom_event_type":"other","custom_attributes":{"a":1,"b":2}}}]}'
)
SAME_BATCH = (
    '{"events":[{"data":{"custom_attributes":{"b":2.0,"a":1e0},"custom_event_type":"other","event_name":"n"},'
    '"event_type":"custom_event"}],"user_attributes":{"points":7.0,"tier":"gold"},"mpid":5}'
)


@pytest.mark.parametrize("spelling", [SAME_BATCH, BATCH[:-1] + ',"_AIRBYTE_RAW_ID":"x","_airbyte_meta":{}}'])
def test_how_a_ready_batch_is_spelled_changes_nothing(spelling: str) -> None:
    assert list(sent(plan_of("event_batch"), spelling)) == list(sent(plan_of("event_batch"), BATCH))


def test_what_differs_in_content_differs_in_its_id() -> None:
    rows = ['{"a":1}', '{"a":"1"}', '{"a":true}', '{"a":1.5}', '{"a":null}', '{"a":[1]}', '{"b":1}', '{"airbyte_a":1}']
    rows += ['{"a":9007199254740993}', '{"a":9007199254740992.0}', '{"a":"1.0"}', '{"a":NaN}', '{"a":1e400}', "{}"]
    rows += ['{"a":123456789012345678901}', '{"a":123456789012345678902}', r'{"a":"\ud800"}', r'{"a":"\ud801"}']
    assert len({RecordIds("s").next(loads(row.encode())).text for row in rows}) == len(rows)


def test_without_position_the_window_of_a_row_does_not_count() -> None:
    rows = [{"a": n} for n in range(6)]
    by_position, anywhere = RecordIds("s", window=2), RecordIds("s", window=2, by_position=False)
    first = {row["a"]: anywhere.next(row).text for row in rows}
    assert first == {row["a"]: RecordIds("s").next(row).text for row in rows}, "as in the first interval"
    again = RecordIds("s", window=2, by_position=False)
    assert {row["a"]: again.next(row).text for row in reversed(rows)} == first
    assert {by_position.next(row).text for row in rows} != set(first.values())
    twice = RecordIds("s", by_position=False)
    assert twice.next(rows[0]) != twice.next(rows[0]), "equal rows stay two"


NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


def respelled(value: Any) -> Any:
    """The same content: whole numbers as floats, members the other way round."""
    if isinstance(value, dict):
        return {name: respelled(value[name]) for name in reversed(list(value))}
    if isinstance(value, list):
        return [respelled(inner) for inner in value]
    return float(value) if type(value) is int else value


@given(st.dictionaries(st.text(), VALUES))
def test_all_spellings_of_a_value_have_one_text(value: Any) -> None:
    text = canonical_json(value)
    assert text == canonical_json(respelled(value)) == canonical_json(json.loads(text))
    assert json.loads(text) == json.loads(json.dumps(value))


def test_an_equal_record_is_left_to_its_reader() -> None:
    key = FirstIds("s")
    first = key.next({"a": 1})
    ids = RecordIds("s")
    assert ids.take_first(key.key)
    assert not ids.take_first(key.key)
    assert ids.next({"a": 1}) != first
    ids.start_interval()
    assert ids.next({"a": 1}) == first
    assert not ids.take_first(key.key)


def test_after_a_full_window_no_record_is_a_first_one() -> None:
    ids = RecordIds("s", window=2)
    for number in range(3):
        ids.next({"n": number})
    key = FirstIds("s")
    key.next({"n": 9})
    assert not ids.take_first(key.key)
