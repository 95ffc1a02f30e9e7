import json
from pathlib import Path
from typing import Any

import pytest
from mparticle_sandbox.core.events_api.batch_check import batch_problem
from mparticle_sandbox.core.events_api.user_key import user_key

from tests.sender import batch, custom_event

SAMPLE = Path(__file__).parents[2] / ".." / "shared" / "data" / "mparticle-eventsapi-sample.json"
PURCHASE = {"action": "purchase", "total_amount": 42.5, "products": [{"id": "sku", "price": 21.25, "quantity": 2}]}


def reason(content: Any) -> str | None:
    problem = batch_problem(content)
    return problem.reason if problem else None


def event(event_type: str, **data: Any) -> dict[str, Any]:
    return {"event_type": event_type, "data": data}


def commerce(**data: Any) -> dict[str, Any]:
    return batch(events=[event("commerce_event", **data)])


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"events": None, "user_identities": None, "user_attributes": None, "consent_state": None, "mpid": None},
        batch(schema_version=2),
        batch(mpid=2**63 - 1),
        batch(user_attributes={"a": "x", "b": 1, "c": 1.5, "d": True, "e": None, "f": ["x", 1, None], "g": []}),
        batch(deleted_user_attributes=["a"]),
        batch(context={"data_plan": {"plan_id": "p", "plan_version": 2}}),
        batch(consent_state={"gdpr": {"ads": {"consented": True, "timestamp_unixtime_ms": 1}}}),
        batch(events=[custom_event(custom_attributes={"a": 1, "b": None}, custom_flags=None)]),
        batch(events=[custom_event(custom_event_type="attribution"), event("screen_view", screen_name="Home")]),
        batch(events=[event("session_start"), event("push_reaction"), event("opt_out", is_opted_out=False)]),
        commerce(product_action=PURCHASE, promotion_action=None, product_impressions=[]),
        commerce(promotion_action={"action": "view", "promotions": [{"id": "p"}]}),
        commerce(product_impressions=[{"product_impression_list": "l", "products": [{"id": "sku"}]}]),
    ],
)
def test_a_good_batch_has_no_problem(content: dict[str, Any]) -> None:
    assert batch_problem(content) is None


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ([], "batch_not_an_object"),
        (batch(events={}), "events_invalid"),
        (batch(environment="unknown"), "environment_invalid"),
        (batch(source_request_id={}), "source_request_id_invalid"),
        (batch(mpid="123"), "mpid_invalid"),
        (batch(mpid=2**63), "mpid_invalid"),
        (batch(mpid=1.0), "mpid_invalid"),
        (batch(mpid=True), "mpid_invalid"),
        (batch(user_identities=[]), "user_identities_invalid"),
        (batch(user_identities={"customerID": "c"}), "user_identities_invalid"),
        (batch(user_identities={"email": ["a@x.example"]}), "user_identities_invalid"),
        (batch(user_attributes={"a": {"b": 1}}), "user_attributes_invalid"),
        (batch(user_attributes={"a": [{"b": 1}]}), "user_attributes_invalid"),
        (batch(deleted_user_attributes=[1]), "deleted_user_attributes_invalid"),
        (batch(device_info=[]), "device_info_invalid"),
        (batch(context={"data_plan": {"plan_version": 1}}), "context_invalid"),
        (batch(consent_state={"gdpr": {"ads": {"consented": True}}}), "consent_state_invalid"),
        (
            batch(consent_state={"ccpa": {"data_sale_opt_out": {"consented": "yes", "timestamp_unixtime_ms": 1}}}),
            "consent_state_invalid",
        ),
        (batch(events=["x"]), "event_not_an_object"),
        (batch(events=[{"data": {}}]), "event_type_missing"),
        (batch(events=[{"event_type": "", "data": {}}]), "event_type_missing"),
        (batch(events=[event("customEvent")]), "event_type_unknown"),
        (batch(events=[{"event_type": "session_start"}]), "data_missing"),
        (batch(events=[event("custom_event", event_name="A")]), "field_missing"),
        (batch(events=[custom_event(event_name="")]), "field_missing"),
        (batch(events=[custom_event(custom_event_type="purchase")]), "field_invalid"),
        (batch(events=[event("screen_view")]), "field_missing"),
        (batch(events=[event("push_registration", register=True)]), "field_missing"),
        (batch(events=[custom_event(timestamp_unixtime_ms="2024-01-01")]), "field_invalid"),
        (batch(events=[custom_event(timestamp_unixtime_ms=1.7e12)]), "field_invalid"),
        (batch(events=[custom_event(custom_attributes={"a": {}})]), "attributes_invalid"),
        (batch(events=[custom_event(custom_attributes=["a"])]), "attributes_invalid"),
        (commerce(), "commerce_variant"),
        (commerce(product_action=PURCHASE, promotion_action={"action": "view"}), "commerce_variant"),
        (commerce(product_action={**PURCHASE, "action": "buy"}), "field_invalid"),
        (commerce(product_action={**PURCHASE, "total_amount": "42.5"}), "field_invalid"),
        (commerce(product_action={**PURCHASE, "products": [{"price": "21.25"}]}), "field_invalid"),
        (commerce(promotion_action={"promotions": []}), "field_missing"),
        (commerce(product_impressions={"products": []}), "field_invalid"),
    ],
)
def test_a_bad_batch_has_a_reason(content: Any, expected: str) -> None:
    assert reason(content) == expected


def test_the_documented_message_never_repeats_a_value() -> None:
    problem = batch_problem(batch(events=[custom_event(custom_event_type="tell nobody")]))
    assert problem is not None
    assert "tell nobody" not in problem.message


@pytest.mark.skipif(not SAMPLE.exists(), reason="mParticle's published sample is not at hand")
def test_the_published_sample_is_a_good_batch() -> None:
    assert batch_problem(json.loads(SAMPLE.read_text())) is None


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ({"mpid": 7, "user_identities": {"customer_id": "c"}}, "mpid:7"),
        ({"user_identities": {"email": "a@x.example", "customer_id": "c"}}, "customer_id:c"),
        ({"user_identities": {"customerid": "c"}}, "customer_id:c"),
        ({"user_identities": {"customer_id": "", "other_id_2": 5}}, "other_id_2:5"),
        ({"mp_deviceid": "d", "device_info": {"ios_idfv": "i"}}, "mp_deviceid:d"),
        ({"device_info": {"ios_idfv": "i"}}, "ios_idfv:i"),
        ({"user_identities": None, "device_info": None}, "anonymous"),
    ],
)
def test_a_batch_belongs_to_the_user_it_names_best(content: dict[str, Any], key: str) -> None:
    assert user_key(content) == key
