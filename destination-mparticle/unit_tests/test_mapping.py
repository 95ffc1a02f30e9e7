from typing import Any

import pytest

from destination_mparticle.mapping.plan import Plan
from destination_mparticle.objects import OBJECTS
from destination_mparticle.validation.reasons import Reason, Rejection
from destination_mparticle.validation.rules import check
from unit_tests.mappings import by_column, plan, planned


def event_of(batch: dict[str, Any]) -> Any:
    check({"environment": "development", **batch})
    return batch["events"][0]["data"]


def test_a_custom_event_has_a_name_a_type_and_its_own_id() -> None:
    mapping = plan("custom_event", email="{mail}", event_name="{what}", event_id="{id}", timestamp="{at}")

    batch = mapping.map({"mail": "ann@example.com", "what": "Joined", "id": 5, "at": "2024-05-01"})

    assert batch["user_identities"] == {"email": "ann@example.com"}
    assert event_of(batch) == {
        "event_name": "Joined",
        "custom_event_type": "other",
        "source_message_id": "5",
        "timestamp_unixtime_ms": 1_714_521_600_000,
    }


def test_unmapped_columns_become_attributes_under_their_own_name_and_airbytes_never_travel() -> None:
    mapping = plan("custom_event", unmapped=True, email="{mail}", event_name="Order {number}")

    batch = mapping.map(
        {"Mail": "a@b.c", "NUMBER": 3, "Colour": "red", "list": [1, {"a": 2}], "none": None, "_airbyte_raw_id": "x"}
    )

    assert event_of(batch)["custom_attributes"] == {"Colour": "red", "list": '[1,{"a":2}]'}


def test_a_users_unmapped_columns_become_user_attributes_and_lists_stay_lists() -> None:
    batch = plan("user", unmapped=True, customer_id="{id}").map({"id": 1, "interests": ["a", "b"], "address": {"x": 1}})

    assert batch["user_attributes"] == {"interests": ["a", "b"], "address": '{"x":1}'}
    assert "events" not in batch


def test_int64_stays_int64() -> None:
    batch = plan("user", mpid="{id}", user_attributes__big="{id}").map({"id": 9223372036854775807})

    assert batch["mpid"] == batch["user_attributes"]["big"] == 9223372036854775807


def test_a_named_attribute_wins_over_an_object_of_attributes_and_over_an_unmapped_column() -> None:
    templates = {"customer_id": "{id}", "user_attributes.$city": "Ghent", "user_attributes": "{all}"}

    batch = planned("user", templates, unmapped=True).map(
        {"id": 1, "all": '{"$city":"Bruges","a":1}', "$city": "Liege"}
    )

    assert batch["user_attributes"] == {"$city": "Ghent", "a": 1}


@pytest.mark.parametrize("names", [["tier", "points"], '["tier","points"]'])
def test_names_of_attributes_to_forget_come_as_a_list_or_as_json_text(names: Any) -> None:
    batch = plan("user", customer_id="{id}", deleted_user_attributes="{names}").map({"id": 1, "names": names})

    assert batch["deleted_user_attributes"] == ["tier", "points"]


def test_device_identities_are_fields_by_their_key() -> None:
    uuid = "0d3c8f0e-1db7-4b53-8e7f-7a4c1c0f7c21"

    batch = plan("user", ios_idfv="{a}", mp_deviceid="{a}", device_info__platform="IOS").map({"a": uuid})

    assert batch == {"device_info": {"ios_idfv": uuid, "platform": "iOS"}, "mp_deviceid": uuid}


def test_consent_is_put_together_by_regulation_and_purpose() -> None:
    templates = {
        "customer_id": "{id}",
        "timestamp": "{at}",
        "consent.gdpr.marketing": "{marketing}",
        "consent.gdpr.marketing.document": "v2",
        "consent.ccpa": "{ccpa}",
        "consent.ccpa.timestamp": "2024-05-02",
    }
    batch = planned("user", templates).map({"id": 1, "at": "2024-05-01", "marketing": "true", "ccpa": {"consented": 0}})

    assert batch["consent_state"] == {
        "gdpr": {"marketing": {"consented": True, "document": "v2", "timestamp_unixtime_ms": 1_714_521_600_000}},
        "ccpa": {"data_sale_opt_out": {"consented": False, "timestamp_unixtime_ms": 1_714_608_000_000}},
    }
    check({"environment": "development", **batch})


def test_a_consent_without_a_time_is_rejected() -> None:
    with pytest.raises(Rejection) as rejection:
        plan("user", customer_id="1", consent__gdpr__marketing="true").map({})
    assert (rejection.value.reason, rejection.value.field) == (
        Reason.MISSING_FIELD,
        "consent.gdpr.marketing.timestamp",
    )


def commerce(**templates: str) -> Plan[Any]:
    named = {name.replace("__", "."): text for name, text in templates.items()}
    return planned("commerce_event", {"customer_id": "c", **named})


def test_a_purchase_takes_products_as_a_list_with_numbers_as_text_and_extra_columns() -> None:
    mapping = commerce(action="PURCHASE", transaction_id="{no}", total_amount="{total}", products="{items}")

    data = event_of(
        mapping.map({"no": 55, "total": "42.500000000", "items": '[{"ID":9,"price":"21.25","quantity":2,"size":"L"}]'})
    )

    assert data["product_action"] == {
        "action": "purchase",
        "transaction_id": "55",
        "total_amount": 42.5,
        "products": [{"id": "9", "price": 21.25, "quantity": 2, "custom_attributes": {"size": "L"}}],
    }


def test_one_product_can_come_in_flat_columns() -> None:
    mapping = commerce(
        action="remove_from_wishlist", product__id="{sku}", product__price="{p}", product__custom_attributes__size="{s}"
    )

    data = event_of(mapping.map({"sku": 9, "p": 1, "s": 44}))

    assert data["product_action"] == {
        "action": "remove_from_wish_list",
        "products": [{"id": "9", "price": 1, "custom_attributes": {"size": "44"}}],
    }


def test_promotions_and_impressions_are_the_other_two_variants() -> None:
    promotion = commerce(action="view", promotions="{p}").map({"p": [{"id": 1, "position": "top"}]})
    impression = commerce(product_impression_list="Home", products="{p}").map({"p": [{"id": "9"}]})

    assert event_of(promotion)["promotion_action"] == {"action": "view", "promotions": [{"id": "1", "position": "top"}]}
    assert event_of(impression)["product_impressions"] == [
        {"product_impression_list": "Home", "products": [{"id": "9"}]}
    ]


@pytest.mark.parametrize(
    ("templates", "reason"),
    [
        ({"action": "purchase", "promotions": "[]", "products": "[]"}, Reason.COMMERCE_VARIANT),
        ({"products": "[]"}, Reason.MISSING_FIELD),
        ({"action": "borrow"}, Reason.BAD_VALUE),
        ({"action": "purchase", "products": "many"}, Reason.BAD_VALUE),
        ({"action": "purchase", "products": "[1]"}, Reason.BAD_VALUE),
        ({"action": "purchase", "total_amount": "a lot"}, Reason.BAD_VALUE),
        ({"action": "purchase", "total_amount": "1e400"}, Reason.BAD_VALUE),
        ({"action": "purchase", "is_non_interactive": "perhaps"}, Reason.BAD_VALUE),
        ({"action": "purchase", "session_uuid": "7"}, Reason.BAD_VALUE),
        ({"action": "purchase", "mpid": "9223372036854775808"}, Reason.BAD_VALUE),
        ({"action": "purchase", "mpid": "1.5"}, Reason.BAD_VALUE),
        ({"action": "purchase", "timestamp": "soon"}, Reason.BAD_TIMESTAMP),
    ],
)
def test_a_value_that_cannot_be_what_its_field_needs_is_rejected_without_being_quoted(
    templates: dict[str, Any], reason: Reason
) -> None:
    with pytest.raises(Rejection) as rejection:
        commerce(**templates).map({})
    assert rejection.value.reason is reason
    for text in ("borrow", "many", "a lot", "perhaps", "soon", "9223372036854775808"):
        assert text not in rejection.value.message


def test_an_event_without_its_name_is_rejected() -> None:
    with pytest.raises(Rejection) as rejection:
        plan("screen_view", customer_id="c", screen_name="{s}").map({"s": ""})
    assert (rejection.value.reason, rejection.value.field) == (Reason.MISSING_FIELD, "screen_name")


def test_json_that_does_not_fit_is_rejected_because_half_of_it_could_not_be_read() -> None:
    with pytest.raises(Rejection) as rejection:
        plan("custom_event", customer_id="c", event_name="n", custom_attributes__basket="{b}").map({"b": ["x" * 5000]})
    assert rejection.value.reason is Reason.VALUE_TOO_LONG


def test_what_mparticle_sets_itself_is_left_out_of_a_ready_batch() -> None:
    batch = {"mpid": 1, "events": [], "batch_id": 5, "schema_version": 2, "api_key": "an-api-key", "_airbyte_meta": {}}

    assert plan("event_batch").map(batch) == {"mpid": 1, "events": []}
    assert plan("event_batch", batch="{payload}").map({"payload": '{"mpid":1}', "x": 2}) == {"mpid": 1}
    with pytest.raises(Rejection):
        plan("event_batch", batch="{payload}").map({"payload": "[]"})


def test_data_activation_names_columns_after_fields() -> None:
    mapping = by_column("custom_event")

    batch = mapping.map(
        {"Email": "a@b.c", "event_name": "Joined", "location.latitude": 1, "location.longitude": "2.5", "colour": "red"}
    )

    assert batch["user_identities"] == {"email": "a@b.c"}
    assert event_of(batch)["location"] == {"latitude": 1, "longitude": 2.5}
    assert event_of(batch)["custom_attributes"] == {"colour": "red"}


@pytest.mark.parametrize("object_name", OBJECTS)
def test_every_field_is_found_by_its_own_name(object_name: str) -> None:
    definition = OBJECTS[object_name]
    for name in definition.fields:
        chosen = name.replace(".*", ".$My.Own")
        if name.startswith("integration_attributes"):
            chosen = chosen.replace("$My.Own", "12.Own")
        assert definition.find(chosen) is not None
        assert definition.find(chosen.replace("_", "-") + "?") is None or "*" in name


@pytest.mark.parametrize("text", ["1_000", "1e3", "+5", "007", "١٢", "0x10", "1 000", "1.5", "", "-", "1,000"])
@pytest.mark.parametrize("field", ["mpid", "device_info.screen_height"])
def test_text_that_only_python_reads_as_a_whole_number_is_none(field: str, text: str) -> None:
    with pytest.raises(Rejection) as rejection:
        planned("user", {"customer_id": "{id}", field: "{n}"}).map({"id": 1, "n": text})
    assert (rejection.value.reason, rejection.value.field) == (Reason.BAD_VALUE, field)


@pytest.mark.parametrize(("text", "number"), [("12", 12), ("-3", -3), ("0", 0), ("7.0", 7), (" 8 ", 8)])
def test_whole_numbers_may_come_as_text(text: str, number: int) -> None:
    assert plan("user", mpid="{n}").map({"n": text})["mpid"] == number


@pytest.mark.parametrize("text", ["1_0", "\u0661", "1e", "nan", "inf", "Infinity"])
def test_text_that_only_python_reads_as_a_number_is_none(text: str) -> None:
    with pytest.raises(Rejection):
        commerce(action="purchase", total_amount="{n}").map({"customer": 1, "n": text})


def test_columns_that_differ_in_case_alone_are_rejected_where_one_of_them_is_used_whatever_their_order() -> None:
    used = plan("user", unmapped=True, customer_id="{id}")
    for row in ({"id": "lower", "ID": "upper"}, {"ID": "upper", "id": "lower"}):
        with pytest.raises(Rejection) as rejection:
            used.map(row)
        assert (rejection.value.reason, rejection.value.column.lower()) == (Reason.BAD_VALUE, "id")
    assert used.map({"id": 1, "a": 2, "A": 3})["user_attributes"] == {"a": 2, "A": 3}
    with pytest.raises(Rejection):
        by_column("user").map({"customer_id": "a", "Customer_Id": "b"})
    with pytest.raises(Rejection):
        plan("user", customer_id="{a.id}").map({"a": {"id": "lower", "ID": "upper"}})


def test_a_product_cannot_say_two_things_by_one_name() -> None:
    with pytest.raises(Rejection) as rejection:
        commerce(action="purchase", products="{lines}").map(
            {"customer": 1, "lines": [{"foo": 2, "custom_attributes": {"foo": 1}}]}
        )
    assert rejection.value.reason is Reason.BAD_VALUE
    with pytest.raises(Rejection) as rejection:
        planned(
            "commerce_event", {"customer_id": "{c}", "action": "purchase", "products": "{l}", "product.id": "{p}"}
        ).map({"c": 1, "l": [{"id": "a"}], "p": "b"})
    assert rejection.value.reason is Reason.COMMERCE_VARIANT
