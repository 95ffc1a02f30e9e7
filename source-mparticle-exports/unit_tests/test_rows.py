import json
from typing import Any

import pytest

from unit_tests.exports import (
    ADDED,
    ATTRIBUTE_CHANGE,
    AUDIENCE_FILE,
    CUSTOM_EVENT,
    IDENTITY_CHANGE,
    INBOUND,
    OUTBOUND,
    PURCHASE,
    row,
    rows,
)


def test_an_event_has_its_own_columns_and_those_of_its_batch() -> None:
    event = rows("events", OUTBOUND)[0]
    expected = {
        "batch_id": "-7346244611012968789",
        "mpid": "4504347763770518821",
        "customer_id": "c-1",
        "email": "new@example.com",
        "user_identities": {"customer_id": "c-1", "email": "new@example.com", "loyalty_card": "77"},
        "environment": "production",
        "app_name": "mPTravel",
        "application_name": "Travel",
        "application_version": "3",
        "application_os": "IOS",
        "platform": "iOS",
        "source_channel": "native",
        "data_plan_id": "plan",
        "data_plan_version": 4,
        "event_type": "custom_event",
        "event_name": "Ate Bread",
        "custom_event_type": "other",
        "timestamp": "2017-10-17T17:09:11.000Z",
        "event_start_timestamp": "2017-10-17T17:09:10.000Z",
        "batch_timestamp": "2020-07-23T22:19:23.908Z",
        "exported_timestamp": "2017-10-17T17:09:11.644Z",
        "event_id": "-6004677780660780000",
        "session_id": "8471626464646464646",
        "custom_attributes": {"flour": "rye"},
        "raw": CUSTOM_EVENT,
    }
    assert {name: event[name] for name in expected} == expected


def test_every_event_is_one_row_whatever_its_type() -> None:
    unknown = {"event_type": "alias_request", "data": {"something": 1}, "else": [2]}
    found = rows("events", OUTBOUND | {"events": [*OUTBOUND["events"], unknown, {}]})
    assert [event.get("event_type") for event in found] == [
        "custom_event",
        "commerce_event",
        "user_identity_change",
        "user_attribute_change",
        "alias_request",
        None,
    ]
    assert found[4]["raw"] == unknown


def test_both_forms_of_identities_give_the_same_columns() -> None:
    inbound, outbound = row("events", INBOUND), rows("events", OUTBOUND)[0]
    assert [inbound[name] for name in ("customer_id", "email")] == [outbound[name] for name in ("customer_id", "email")]


def test_what_stands_beside_the_data_of_an_event_is_found_too() -> None:
    event = {"event_type": "screen_view", "message_id": 5, "data": {"screen_name": "Home"}}
    found = row("events", {"events": [event]})
    assert (found["message_id"], found["screen_name"]) == ("5", "Home")


def test_a_batch_is_one_row_without_its_events() -> None:
    batch = row("event_batches", OUTBOUND | {"new_field": {"kept": True}})
    assert batch["event_count"] == 4
    assert batch["user_attributes"] == {"tier": "gold"}
    assert "events" not in batch["raw"]
    assert batch["raw"]["new_field"] == {"kept": True}


def test_a_batch_without_events_is_a_row_too() -> None:
    assert row("event_batches", {"mpid": 1, "user_attributes": {"a": "b"}})["event_count"] == 0
    assert rows("events", {"mpid": 1, "events": None}) == []


def test_each_product_of_a_commerce_event_is_a_row() -> None:
    first, second, in_cart = rows("commerce_event_products", OUTBOUND)
    assert (first["product_id"], first["price"], first["quantity"]) == ("p-1", 5, 2)
    assert (first["coupon_code"], first["transaction_coupon_code"]) == ("ONE", "ALL")
    assert (first["transaction_id"], first["total_amount"], first["currency_code"]) == ("t-1", 12.5, "EUR")
    assert (second["product_id"], second["product_custom_attributes"]) == ("2", {"size": "s"})
    assert (in_cart["product_list"], in_cart["product_id"]) == ("shopping_cart", "p-3")
    assert "total_amount" not in in_cart
    assert {found["event_key"] for found in (first, second, in_cart)} == {rows("events", OUTBOUND)[1]["event_key"]}


def test_products_that_were_seen_are_rows_with_their_list() -> None:
    impressions = [{"product_impression_list": "home", "products": [{"id": "a"}, {"id": "b"}]}]
    event = {"event_type": "commerce_event", "data": {"product_impressions": impressions}}
    found = rows("commerce_event_products", {"events": [event]})
    assert [(each["product_impression_list"], each["product_id"]) for each in found] == [("home", "a"), ("home", "b")]


def test_a_change_of_an_identity_says_what_was_before_and_after() -> None:
    change = row("user_identity_changes", OUTBOUND)
    assert change["identity_type"] == "email"
    assert (change["new_identity"], change["old_identity"]) == ("new@example.com", "old@example.com")
    assert change["old_identity_timestamp"] == "2017-10-14T16:53:20.000Z"
    assert change["created_this_batch"] is True
    assert change["raw"] == IDENTITY_CHANGE


def test_an_identity_that_was_removed_has_only_a_before() -> None:
    event = {"event_type": "user_identity_change", "data": {"new": None, "old": IDENTITY_CHANGE["data"]["old"]}}
    change = row("user_identity_changes", {"events": [event]})
    assert (change["identity_type"], change["old_identity"]) == ("email", "old@example.com")
    assert "new_identity" not in change


def test_a_change_of_an_attribute_says_what_was_before_and_after() -> None:
    change = row("user_attribute_changes", OUTBOUND)
    assert (change["user_attribute_name"], change["old_value"]) == ("tier", "silver")
    assert json.loads(change["new_value"]) == ["gold", "early"]
    assert (change["deleted"], change["is_new_attribute"]) == (False, False)
    assert change["raw"] == ATTRIBUTE_CHANGE


def test_a_change_of_a_membership_takes_its_audience_from_the_name_of_the_file() -> None:
    change = row("audience_membership_changes", ADDED, AUDIENCE_FILE)
    assert {name: change[name] for name in change if name != "membership_change_key"} == {
        "audience_id": "1234",
        "audience_name": "Test-Audience",
        "action": "add",
        "mpid": "1",
        "customer_id": "some_id",
        "user_identities": {"customer_id": "some_id"},
        "membership_changed_timestamp": "2020-07-08T00:16:14.230Z",
        "exported_timestamp": "2020-01-01T00:00:00.000Z",
        "raw": ADDED,
    }
    removed = row("audience_membership_changes", ADDED | {"IsAddRequest": "False"}, AUDIENCE_FILE)
    assert removed["action"] == "remove"


@pytest.mark.parametrize("stream", ["events", "event_batches", "commerce_event_products"])
def test_a_line_of_an_audience_is_no_row_of_events(stream: str) -> None:
    assert rows(stream, ADDED) == []
    assert rows("audience_membership_changes", OUTBOUND) == []


@pytest.mark.parametrize("value", [None, "", "soon", 10**18, [1], {}, True, "1e400"])
def test_a_time_that_cannot_be_read_is_left_out_and_kept_in_the_raw_event(value: Any) -> None:
    event = {"event_type": "custom_event", "data": {"timestamp_unixtime_ms": value}}
    found = row("events", {"events": [event]})
    assert "timestamp" not in found
    assert found["raw"] == json.loads(json.dumps(event))


def test_a_purchase_has_its_amount_beside_the_event() -> None:
    found = row("events", {"events": [PURCHASE]})
    assert (found["product_action_type"], found["transaction_id"], found["total_amount"]) == ("purchase", "t-1", 12.5)


def test_a_product_that_stands_alone_is_one_of_a_list() -> None:
    data = {"product_action": {"action": "purchase", "products": {"id": "a", "price": "19.99"}}}
    found = row("commerce_event_products", {"events": [{"event_type": "commerce_event", "data": data}]})
    assert (found["product_id"], found["price"]) == ("a", 19.99)
