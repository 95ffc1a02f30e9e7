"""The form in which a batch is exported."""

import json
import re
from typing import Any

import pytest
from mparticle_sandbox.core.events_api.batch_check import batch_error
from mparticle_sandbox.core.events_api.ingestion import HISTORICAL
from mparticle_sandbox.core.exports.outbound import Receipt, outbound_batch, single_events
from mparticle_sandbox.core.exports.text_numbers import with_text_numbers
from mparticle_sandbox.published_schema import published_schema, whole_batches, whole_sample

from tests.helpers.exports import AT_MS, outbound
from tests.helpers.schema_examples import changes
from tests.helpers.sender import batch, custom_event

INT64 = range(-(2**63), 2**63)
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def data_of(event: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = outbound(batch(events=[event]))["events"][0]["data"]
    return data


def commerce(**variant: Any) -> dict[str, Any]:
    return {"event_type": "commerce_event", "data": variant}


def test_identities_become_a_list_with_the_time_of_arrival() -> None:
    identities = {"customer_id": "c-1", "email": "a@b.example", "other": None, "yahoo": "", "other_id_2": 12}
    assert outbound(batch(user_identities=identities))["user_identities"] == [
        {"identity_type": "customer_id", "identity": "c-1", "timestamp_unixtime_ms": AT_MS},
        {"identity_type": "email", "identity": "a@b.example", "timestamp_unixtime_ms": AT_MS},
        {"identity_type": "other_id_2", "identity": "12", "timestamp_unixtime_ms": AT_MS},
    ]


def test_the_second_name_of_the_customer_id_becomes_the_first() -> None:
    (identity,) = outbound(batch(user_identities={"customerid": "c-1"}))["user_identities"]
    assert identity["identity_type"] == "customer_id"


def test_a_batch_has_ids_its_arrival_and_its_source() -> None:
    content = outbound(batch())
    assert content["batch_id"] in INT64
    assert content["mpid"] in INT64
    assert GUID.fullmatch(content["message_id"])
    assert content["message_type"] == "events"
    assert content["timestamp_unixtime_ms"] == AT_MS
    assert content["source_info"] == {"channel": "server_to_server", "is_historical": False}
    assert outbound(batch(), endpoint=HISTORICAL)["source_info"]["is_historical"] is True


def test_an_event_has_ids_a_session_and_times() -> None:
    data = data_of(custom_event())
    assert data["event_id"] in INT64
    assert data["session_id"] in INT64
    assert GUID.fullmatch(data["session_uuid"])
    assert data["timestamp_unixtime_ms"] == data["event_start_unixtime_ms"] == AT_MS
    sent = {"timestamp_unixtime_ms": 12, "session_uuid": "00000000-0000-0000-0000-000000000001"}
    assert data_of(custom_event(**sent)) == {**data_of(custom_event(**sent)), **sent, "event_start_unixtime_ms": 12}


def test_events_of_one_session_have_one_session_id() -> None:
    session = {"session_uuid": "00000000-0000-0000-0000-000000000001"}
    ids = {outbound(batch(events=[custom_event(**session)]), number=number)["events"][0]["data"]["session_id"]
           for number in range(3)}  # fmt: skip
    assert len(ids) == 1


def test_attributes_are_text_in_the_digits_in_which_they_came() -> None:
    text = '{"user_attributes": {"a": 1.50, "b": true, "c": [1, "x"], "d": null, "e": 1e400, "f": 12345678901234567}}'
    attributes = outbound_batch(text, Receipt(7, 0, "/v2/events", AT_MS))["user_attributes"]
    assert attributes == {
        "a": "1.50", "b": "true", "c": ["1", "x"], "d": None, "e": "1e400", "f": "12345678901234567",
    }  # fmt: skip
    assert data_of(custom_event(custom_attributes={"price": 2}, custom_flags=None))["custom_attributes"] == {
        "price": "2"
    }


def test_amounts_stay_numbers() -> None:
    action = {"action": "purchase", "total_amount": 42.5, "products": [{"id": "p", "price": 21.25, "quantity": 2}]}
    assert data_of(commerce(product_action=action))["product_action"] == action


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        ({"product_action": {"action": "purchase"}}, "purchase"),
        ({"product_action": {"action": "remove_from_wish_list"}}, "remove_from_wishlist"),
        ({"promotion_action": {"action": "click"}}, "promotion_click"),
        ({"product_impressions": [{"product_impression_list": "l", "products": []}]}, "impression"),
    ],
)
def test_a_commerce_event_has_the_type_that_its_action_makes(variant: dict[str, Any], expected: str) -> None:
    assert data_of(commerce(**variant))["custom_event_type"] == expected


def test_what_is_for_the_input_only_is_left_out_and_everything_else_stays() -> None:
    sent = batch(ip="203.0.113.9", api_key="k", source_request_id="r", context={"data_plan": {"plan_id": "p"}})
    content = outbound(sent)
    assert {"ip", "api_key"} & content.keys() == set()
    assert (content["source_request_id"], content["context"]) == ("r", sent["context"])


def test_every_field_of_the_published_schema_can_be_exported() -> None:
    sent = whole_sample(published_schema())
    content = outbound(sent)
    assert sent.keys() - content.keys() <= {"ip", "api_key", "api_keys"}
    for event, exported in zip(sent["events"], content["events"], strict=True):
        assert event["event_type"] == exported["event_type"]
        assert event["data"].keys() <= exported["data"].keys()


def test_whatever_is_accepted_can_be_exported() -> None:
    accepted = 0
    for sent in whole_batches(published_schema()):
        for change in changes(sent):
            if batch_error(change.content) is None:
                accepted += 1
                content = outbound(change.content)
                assert len(content["events"]) == len(change.content.get("events") or ())
    assert accepted > 1000


def test_a_batch_of_nothing_can_be_exported() -> None:
    assert outbound({"events": None})["events"] == outbound({})["events"] == []
    assert outbound({})["environment"] == "production"


def test_the_same_batch_seed_place_and_time_give_the_same_form() -> None:
    assert outbound(batch()) == outbound(batch())
    ids = {outbound(batch(), **change)["batch_id"] for change in ({}, {"seed": 8}, {"number": 1}, {"at_ms": AT_MS + 1})}
    assert len(ids) == 4


def test_a_user_has_one_mpid_in_each_environment() -> None:
    def mpid(environment: str, number: int) -> int:
        found: int = outbound(batch(environment=environment), number=number)["mpid"]
        return found

    assert mpid("production", 0) == mpid("production", 1) != mpid("development", 0)


def test_a_known_user_of_production_has_the_mpid_of_the_profile() -> None:
    known = {"customer_id:c-1": -5}
    assert outbound(batch(environment="production"), mpids=known)["mpid"] == -5
    assert outbound(batch(environment="development"), mpids=known)["mpid"] != -5
    assert outbound(batch(environment="production", mpid=9), mpids=known)["mpid"] == 9


def test_two_batches_of_nobody_are_two_users() -> None:
    assert outbound({}, number=0)["mpid"] != outbound({}, number=1)["mpid"]


def test_single_events_share_all_but_the_event_and_the_message_id() -> None:
    content = outbound(batch(events=[custom_event(), custom_event()]))
    singles = single_events(content)
    assert [single["events"] for single in singles] == [[event] for event in content["events"]]
    assert len({single["message_id"] for single in singles}) == 2
    assert {single["batch_id"] for single in singles} == {content["batch_id"]}
    assert single_events(outbound({})) == [outbound({})]


def test_large_numbers_can_be_text() -> None:
    content = outbound(batch())
    as_text = with_text_numbers(content)
    assert as_text["mpid"] == str(content["mpid"])
    assert as_text["events"][0]["data"]["event_id"] == str(content["events"][0]["data"]["event_id"])
    assert as_text["user_identities"][0]["timestamp_unixtime_ms"] == str(AT_MS)
    assert json.dumps(as_text, sort_keys=True).replace('"', "") == json.dumps(content, sort_keys=True).replace('"', "")
