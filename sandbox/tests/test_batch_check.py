import json
from pathlib import Path
from typing import Any

import pytest
from mparticle_sandbox.core.events_api.batch_check import batch_error
from mparticle_sandbox.core.events_api.ingestion import user_key

from tests.helpers.sender import batch, custom_event

SAMPLE = Path(__file__).parents[2] / ".." / "shared" / "data" / "mparticle-eventsapi-sample.json"
PURCHASE = {"action": "purchase", "total_amount": 42.5, "products": [{"id": "sku", "price": 21.25, "quantity": 2}]}


def reason(content: Any) -> str | None:
    error = batch_error(content)
    return error.reason if error else None


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
def test_a_good_batch_has_no_error(content: dict[str, Any]) -> None:
    assert batch_error(content) is None


UUID = "0d3c8f0e-1db7-4b53-8e7f-7a4c1c0f7c21"
PLACE = {"latitude": 51.05, "longitude": 3.72}


@pytest.mark.parametrize(
    "content",
    [
        batch(events=[custom_event()] * 100, user_attributes={"a": ["x"] * 1000}),
        batch(ip="203.0.113.9", mp_deviceid=UUID.upper(), context={"location": PLACE, "unheard_of": 1}),
        batch(ip="2001:db8::1", device_info={"ios_idfv": UUID, "android_uuid": "abc", "platform": "web"}),
        batch(ip=None, device_info=None, application_info={"os": "IOS", "package": None}, attribution_info=None),
        batch(partner_identities={"Partner_Id": 5}, integration_attributes={"83": {"key": "value"}}),
        batch(events=[custom_event(session_uuid=UUID, location=PLACE, unheard_of={"a": 1})]),
        batch(
            events=[{"event_type": "session_start", "data": {"device_current_state": {"gps_state": "true"}}, "x": 1}]
        ),
        batch(events=[event("network_performance", url="https://x.example", response_code="200")]),
        batch(events=[event("user_identity_change", old=None, new=None)]),
        batch(events=[event("crash_report", severity="high", message="m", ios_image_size=2**64 - 1)]),
        commerce(product_action={**PURCHASE, "products": [{"unheard_of": {}}]}),
    ],
)
def test_what_schema_or_reference_allow_is_good(content: dict[str, Any]) -> None:
    assert batch_error(content) is None


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (batch(events=[custom_event()] * 101), "too_many_events"),
        (batch(user_attributes={"a": ["x"] * 1001}), "user_attributes_invalid"),
        (batch(ip="256.0.0.1"), "ip_invalid"),
        (batch(ip="fe80::1%eth0"), "ip_invalid"),
        (batch(mp_deviceid=UUID[:-1]), "mp_deviceid_invalid"),
        (batch(device_info={"roku_publisher_id": ""}), "device_info_invalid"),
        (batch(device_info={"platform": "ios"}), "device_info_invalid"),
        (batch(device_info={"screen_width": 12.5}), "device_info_invalid"),
        (batch(device_info={"shoe_size": 43}), "device_info_invalid"),
        (batch(application_info={"package": []}), "application_info_invalid"),
        (batch(context={"location": {"latitude": 51.05}}), "context_invalid"),
        (batch(consent_state={"lgpd": {}}), "consent_state_invalid"),
        (batch(integration_attributes={"83": None}), "integration_attributes_invalid"),
        (batch(attribution_info={"publisher": "p"}), "attribution_info_invalid"),
        (batch(source_info={"channel": "post"}), "source_info_invalid"),
        (batch(environment=None), "environment_invalid"),
        (batch(unheard_of=1), "field_unknown"),
        (batch(events=[{**custom_event(), "unheard_of": 1}]), "field_unknown"),
        (batch(events=[custom_event(session_uuid="s-1")]), "field_invalid"),
        (batch(events=[custom_event(source_message_id=5)]), "field_invalid"),
        (batch(events=[custom_event(location={"latitude": 51.05})]), "field_missing"),
        (batch(events=[custom_event(location={**PLACE, "city": "Ghent"})]), "field_unknown"),
        (batch(events=[custom_event(device_current_state={"battery_level": "full"})]), "field_invalid"),
        (batch(events=[event("network_performance", url="https://x.example")]), "field_missing"),
        (batch(events=[event("push_message", push_message_type="sent")]), "field_missing"),
        (batch(events=[event("user_identity_change", new={})]), "field_missing"),
        (batch(events=[event("crash_report", severity=1, message="m", breadcrumbs=[custom_event()])]), "field_invalid"),
        (batch(events=[event("user_attribute_change", user_attribute_name="a", new=[[]])]), "field_invalid"),
        (commerce(product_action={**PURCHASE, "transaction_id": ["T-1"]}), "field_invalid"),
        (commerce(product_action={**PURCHASE, "discount": 5}), "field_unknown"),
        (commerce(product_action={**PURCHASE, "products": [{"custom_attributes": {"size": 43}}]}), "field_invalid"),
        (commerce(product_action=PURCHASE, shopping_cart={}), "field_missing"),
        (commerce(product_action=PURCHASE, custom_event_type="buy"), "field_invalid"),
        (commerce(promotion_action={"action": "view", "promotions": [{"id": 5}]}), "field_invalid"),
        (commerce(product_impressions=[{"product_impression_list": "l"}]), "field_missing"),
    ],
)
def test_what_schema_or_limits_forbid_has_a_reason(content: Any, expected: str) -> None:
    assert reason(content) == expected


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
    error = batch_error(batch(events=[custom_event(custom_event_type="tell nobody")]))
    assert error is not None
    assert "tell nobody" not in error.message


@pytest.mark.skipif(not SAMPLE.exists(), reason="mParticle's published sample is not at hand")
def test_the_published_sample_is_a_good_batch() -> None:
    assert batch_error(json.loads(SAMPLE.read_text())) is None


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
