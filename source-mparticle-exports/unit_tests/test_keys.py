import json
from typing import Any

import pytest

from source_mparticle_exports.records.file_name import parse_file_name
from source_mparticle_exports.records.streams import STREAMS
from unit_tests.exports import ADDED, AUDIENCE_FILE, CUSTOM_EVENT, EVENTS_FILE, INBOUND, OUTBOUND, PURCHASE, rows

LATER_FILE = parse_file_name("mPTravel_20190101000000000001_00001.txt")


def keys_of(stream: str, content: Any, file: Any = EVENTS_FILE) -> list[str]:
    return [row[STREAMS[stream].primary_key] for row in rows(stream, content, file)]


def as_text(value: Any) -> Any:
    """The same with every number as text, and properties the other way round."""
    if isinstance(value, dict):
        return {name: as_text(value[name]) for name in reversed(value)}
    if isinstance(value, list):
        return [as_text(item) for item in value]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


@pytest.mark.parametrize("stream", [name for name in STREAMS if name != "audience_membership_changes"])
@pytest.mark.parametrize("batch", [OUTBOUND, INBOUND, {"mpid": 1, "events": OUTBOUND["events"]}])
def test_a_batch_that_is_delivered_again_has_the_same_keys(stream: str, batch: dict[str, Any]) -> None:
    once = keys_of(stream, batch)
    assert keys_of(stream, batch, LATER_FILE) == once
    assert keys_of(stream, as_text(batch)) == once
    assert len(set(once)) == len(once)


def test_a_change_of_a_membership_that_is_delivered_again_has_the_same_key() -> None:
    other = parse_file_name("Test-Audience_1234_2020-01-02_03-00-00_00000000-a396-4676-bac2-3f6f31e88cc2.txt")
    once = keys_of("audience_membership_changes", ADDED, AUDIENCE_FILE)
    assert keys_of("audience_membership_changes", as_text(ADDED), other) == once
    assert keys_of("audience_membership_changes", ADDED | {"IsAddRequest": False}, other) != once


def test_events_that_are_delivered_singly_keep_the_keys_that_they_have_in_their_batch() -> None:
    single = [key for event in OUTBOUND["events"] for key in keys_of("events", OUTBOUND | {"events": [event]})]
    assert single == keys_of("events", OUTBOUND)


def test_equal_events_of_one_batch_stay_two_rows() -> None:
    plain = {"event_type": "custom_event", "data": {"event_name": "Sip"}}
    for event in (plain, CUSTOM_EVENT):
        batch = OUTBOUND | {"events": [event, event]}
        assert len(set(keys_of("events", batch))) == 2
        assert keys_of("events", batch) == keys_of("events", batch, LATER_FILE)


def test_an_id_that_a_sender_gives_to_every_event_hides_none() -> None:
    events = [
        {"event_type": "custom_event", "data": {"event_name": name, "source_message_id": "always"}} for name in "abc"
    ]
    assert len(set(keys_of("events", {"batch_id": 1, "events": events}))) == 3


def test_the_same_event_in_another_batch_is_another_event() -> None:
    other = OUTBOUND | {"batch_id": 5}
    assert set(keys_of("events", OUTBOUND)).isdisjoint(keys_of("events", other))


def test_equal_products_of_one_event_stay_two_rows() -> None:
    data = PURCHASE["data"] | {"product_action": {"products": [{"id": "a"}, {"id": "a"}]}, "shopping_cart": None}
    assert len(set(keys_of("commerce_event_products", {"events": [{"data": data}]}))) == 2


def test_the_key_of_a_batch_is_its_id_as_text() -> None:
    assert keys_of("event_batches", json.loads(json.dumps(OUTBOUND))) == ["-7346244611012968789"]


@pytest.mark.parametrize("missing", [0, "0", "", None])
def test_an_id_that_is_none_is_no_key(missing: Any) -> None:
    batches = [{"batch_id": missing, "mpid": number} for number in range(3)]
    assert len({keys_of("event_batches", batch)[0] for batch in batches}) == 3


def test_changes_in_files_that_name_no_audience_do_not_hide_each_other() -> None:
    files = [parse_file_name(f"{name}_2020-01-01_00-00-00.txt") for name in ("A_1", "B_2")]
    assert len({keys_of("audience_membership_changes", ADDED, file)[0] for file in files}) == 2
