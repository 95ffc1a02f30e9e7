"""Who a record is about, what its event is called, and what counts as nothing."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from destination_mparticle.mparticle.model.batch import DeviceInfo
from destination_mparticle.objects import OBJECTS, derive
from destination_mparticle.pipeline.users import user_key
from destination_mparticle.validation.reasons import Reason, Rejection
from destination_mparticle.validation.rules import check
from unit_tests.mappings import by_column, plan, planned

BLANKS = [" ", "\t\n", "\u00a0", "\u200b", "\ufeff", "\u2060\u200d", "\u3000", "\u00ad", " \u00a0\u200b "]
GUIDS = ("ios_advertising_id", "ios_idfv", "android_advertising_id", "roku_advertising_id", "fire_advertising_id")
USER_FIELDS = OBJECTS["user"].fields
UUID = "0d3c8f0e-1db7-4b53-8e7f-7a4c1c0f7c21"


def checked(batch: dict[str, Any]) -> dict[str, Any]:
    check({"environment": "development", **batch})
    return batch


def reason_of(action: Callable[[], object]) -> Reason:
    with pytest.raises(Rejection) as rejection:
        action()
    return rejection.value.reason


def batch(**changes: Any) -> dict[str, Any]:
    return {"user_identities": {"customer_id": "1"}, **changes}


@pytest.mark.parametrize("blank", ["", *BLANKS])
@pytest.mark.parametrize(
    "name", ["customer_id", "email", "push_token", "ios_idfv", "mp_deviceid", "partner_identities.P"]
)
def test_a_blank_identity_is_none(name: str, blank: str) -> None:
    mapped = planned("user", {name: "{a}"}).map({"a": blank})
    assert reason_of(lambda: checked(mapped)) is Reason.MISSING_IDENTITY


@pytest.mark.parametrize("blank", BLANKS)
def test_blanks_around_an_identity_do_not_make_another_person(blank: str) -> None:
    assert plan("user", email="{a}", mp_deviceid="{u}", partner_identities__P="{a}").map(
        {"a": f"{blank}ann b@example.com{blank}", "u": UUID + blank}
    ) == {
        "user_identities": {"email": "ann b@example.com"},
        "mp_deviceid": UUID,
        "partner_identities": {"P": "ann b@example.com"},
    }


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize("place", ["user_identities", "partner_identities", "device_info"])
def test_a_ready_batch_with_a_blank_identity_is_rejected(place: str, blank: str) -> None:
    name = "push_token" if place == "device_info" else "email"
    blank_batch = {"mpid": 5, place: {name: blank}}
    assert reason_of(lambda: checked(blank_batch)) is Reason.BAD_VALUE
    checked({"mpid": 5, "device_info": {"brand": blank}, "user_identities": {"email": ""}})


@pytest.mark.parametrize("blank", ["", *BLANKS])
@pytest.mark.parametrize(("object_name", "field"), [("custom_event", "event_name"), ("screen_view", "screen_name")])
def test_an_event_with_a_blank_name_has_none(object_name: str, field: str, blank: str) -> None:
    mapping = planned(object_name, {"customer_id": "c", field: "{a}"})
    assert reason_of(lambda: mapping.map({"a": blank})) is Reason.MISSING_FIELD
    data = {"custom_event_type": "other", field: blank} if object_name == "custom_event" else {field: blank}
    ready = batch(events=[{"event_type": object_name, "data": data}])
    assert reason_of(lambda: checked(ready)) is Reason.MISSING_FIELD


def test_a_name_keeps_the_blanks_around_it() -> None:
    mapped = plan("screen_view", customer_id="c", screen_name="{a}").map({"a": " Home "})
    assert mapped["events"][0]["data"]["screen_name"] == " Home "


@pytest.mark.parametrize("address", ["fe80::1%eth0", "fe80::1%1", " 203.0.113.9", "203.0.113.9\n", "203.0.113", "1"])
def test_only_an_address_that_means_the_same_everywhere_is_sent(address: str) -> None:
    assert reason_of(lambda: checked(batch(ip=address))) is Reason.BAD_VALUE


@pytest.mark.parametrize("number", [1001, 1001.0, "1001"])
def test_a_whole_number_becomes_the_same_text_in_every_text_field(number: Any) -> None:
    mapping = plan(
        "commerce_event",
        customer_id="{n}",
        action="purchase",
        transaction_id="{n}",
        product__id="{n}",
        product__custom_attributes__size="{n}",
        event_id="{n}",
        screen_name="Screen {n}",
    )
    mapped = mapping.map({"n": number})
    data = mapped["events"][0]["data"]
    assert mapped["user_identities"] == {"customer_id": "1001"}
    assert data["product_action"]["transaction_id"] == "1001"
    assert data["product_action"]["products"] == [{"id": "1001", "custom_attributes": {"size": "1001"}}]
    assert (data["source_message_id"], data["screen_name"]) == ("1001", "Screen 1001")


@pytest.mark.parametrize("name", [*GUIDS, "roku_publisher_id"])
@pytest.mark.parametrize("wrong", ["not-a-guid", UUID[:-1], UUID + "\n", UUID.replace("-", ""), 5])
def test_a_guid_of_a_device_is_one_or_the_record_is_rejected(name: str, wrong: Any) -> None:
    assert reason_of(lambda: planned("user", {name: "{a}"}).map({"a": f"{wrong}x"})) is Reason.BAD_VALUE
    assert reason_of(lambda: checked(batch(device_info={name: wrong}))) is Reason.SCHEMA
    checked(batch(device_info={name: UUID.upper()}))


def consents(data: dict[str, Any], **templates: str) -> dict[str, Any]:
    named = {f"consent.{name.replace('__', '.')}": text for name, text in templates.items()}
    batch: dict[str, Any] = planned("user", {"timestamp": "{at}", **named}).map({"at": 1_714_557_600_000, **data})
    return batch


def test_a_consent_of_which_the_record_says_nothing_is_left_out() -> None:
    templates = {"gdpr__m__consented": "{yes}", "gdpr__m__document": "v2", "gdpr__m__timestamp": "2024-05-01"}
    assert consents({"yes": None}, **templates) == {}
    assert consents({"yes": True}, **templates)["consent_state"]["gdpr"]["m"]["document"] == "v2"
    assert consents({}, gdpr__m="{yes}", gdpr__m__document="v2", ccpa__consented="true")["consent_state"].keys() == {
        "ccpa"
    }


def test_a_consent_of_which_the_record_says_something_needs_consented() -> None:
    def partial() -> None:
        consents({"doc": "v2"}, gdpr__m__consented="{yes}", gdpr__m__document="{doc}")

    assert reason_of(partial) is Reason.MISSING_FIELD


def test_a_consent_that_the_mapping_gives_for_everyone_is_sent() -> None:
    assert consents({}, gdpr__m="true")["consent_state"]["gdpr"]["m"]["consented"] is True


@pytest.mark.parametrize(("value", "expected"), [(True, True), ("unknown", "unknown"), ("true", "true"), (1, "1")])
def test_the_state_of_gps_can_be_mapped_to_a_boolean_or_a_word(value: Any, expected: Any) -> None:
    mapping = plan("screen_view", customer_id="c", screen_name="n", device_current_state__gps_state="{g}")
    mapped = checked(mapping.map({"g": value}))
    assert mapped["events"][0]["data"]["device_current_state"] == {"gps_state": expected}


@pytest.mark.parametrize("value", [{"v3": {"id": 5, "none": None}}, '{"v3":{"id":5}}'])
def test_the_attributes_of_apples_search_ads_can_be_mapped(value: Any) -> None:
    mapped = plan("user", email="a", application_info__apple_search_ads_attributes="{a}").map({"a": value})
    assert checked(mapped)["application_info"] == {"apple_search_ads_attributes": {"v3": {"id": 5}}}


def test_every_property_of_the_models_that_fields_are_derived_from_can_be_mapped() -> None:
    assert {f"device_info.{name}" for name in DeviceInfo.__struct_fields__} <= USER_FIELDS.keys()
    assert {"device_current_state.gps_state", "application_info.apple_search_ads_attributes"} <= OBJECTS[
        "screen_view"
    ].fields.keys()


def test_a_property_of_an_unknown_type_is_an_error_and_not_left_out_in_silence() -> None:
    with pytest.raises(TypeError, match=re.escape("turned into colours")):
        derive.converter_of("colours", set[str])


@pytest.mark.parametrize("name", ["customerid", "CustomerId", "customer_id"])
def test_a_mapping_may_spell_customer_id_as_mparticles_clients_do(name: str) -> None:
    assert OBJECTS["user"].find(name) is USER_FIELDS["customer_id"]
    assert by_column("user").map({name: 7}) == {"user_identities": {"customer_id": "7"}}


@pytest.mark.parametrize("other", [{}, {"customer_id": "c-1"}, {"customer_id": None}])
def test_a_ready_batch_of_mparticles_python_client_is_sent_with_customer_id(other: dict[str, Any]) -> None:
    identities = {"email": "a@b.c", "customerid": "c-1", **other}
    record = {"user_identities": identities, "schema_version": 2, "events": []}
    mapped = checked(plan("event_batch").map(record))
    assert mapped == {"user_identities": {"email": "a@b.c", "customer_id": "c-1"}, "events": []}
    assert "customerid" in identities, "the record itself is not touched"


def test_two_customers_in_one_record_are_a_reject() -> None:
    both = {"customer_id": "c-1", "customerid": "c-2"}
    assert reason_of(lambda: plan("event_batch").map({"user_identities": both})) is Reason.BAD_VALUE
    assert reason_of(lambda: by_column("user").map(both)) is Reason.BAD_VALUE
    same = {"customer_id": 1, "customerid": "1 "}
    assert by_column("user").map(same) == {"user_identities": {"customer_id": "1"}}


def test_a_customer_of_a_ready_batch_is_the_same_user_however_the_number_is_written() -> None:
    keys = {user_key({"user_identities": {"customer_id": number}}) for number in (77, 77.0, "77")}
    assert keys == {"customer_id:77"}
