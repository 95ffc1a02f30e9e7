"""Mistakes that `check` finds in the mappings themselves."""

import pytest

from destination_mparticle.mapping.findings import Severity
from unit_tests.mappings import PLATFORM, checked, mapped, mapping, user


@pytest.mark.parametrize(
    "field", ["customer_id", "email", "other_id_10", "mpid", "mp_deviceid", "ios_idfv", "partner_identities.Shop_Id"]
)
def test_an_identity_that_is_a_constant_is_an_error_that_says_what_would_happen_and_the_fix(field: str) -> None:
    (message,) = checked(mapping("s", "user", (field, "member id")))

    assert message == (
        f"Stream s: `{field}` is the constant `member id`, so all records would go to a single profile. "
        "To take a column, write its name in single braces: `{member id}`."
    )


def test_double_braces_around_a_whole_value_are_an_error_in_any_field() -> None:
    identity, attribute = checked(mapping("s", "user", ("email", "{{mail}}"), ("user_attributes.a", "{{ address.a }}")))

    assert identity == (
        "Stream s: `email` is the constant `{mail}`, since double braces stand for literal braces, so all records "
        "would go to a single profile. To take a column, write its name in single braces: `{mail}`."
    )
    assert attribute.endswith("`{address.a}`.")
    assert "profile" not in attribute


def test_double_braces_within_a_value_are_a_warning_and_braces_of_json_are_none() -> None:
    entry = mapped(email="{mail}", event_name="Order {{number}}", custom_attributes__x='{{"a": {{"b": 1}}}}')

    assert checked(entry) == []
    (said,) = checked(entry, severity=Severity.WARNING)
    assert said == (
        "Stream s: double braces in the value of `event_name` stand for literal braces. To take the column, "
        "write `{number}`."
    )


@pytest.mark.parametrize("blank", ["", " ", "\t", "\u00a0"])
def test_a_blank_identity_is_an_error(blank: str) -> None:
    (message,) = checked(mapping("s", "user", ("customer_id", blank)))
    assert message.startswith("Stream s: `customer_id` is blank, so ")


def test_a_constant_event_id_or_batch_is_an_error_since_records_would_not_be_told_apart() -> None:
    (event,) = checked(mapped(email="{e}", event_name="x", event_id="id"))
    (batch,) = checked(mapping("s", "event_batch", ("batch", "payload")))

    assert "every event would have the same id" in event
    assert "every record would be the same batch" in batch


@pytest.mark.parametrize(
    ("object_name", "field", "constant", "expected"),
    [
        ("custom_event", "timestamp", "tomorrow", "ISO 8601"),
        ("custom_event", "is_goal_defined", "maybe", "True or false"),
        ("custom_event", "custom_event_type", "purchase", "transaction"),
        ("custom_event", "location.latitude", "north", "number"),
        ("custom_event", "event_name", " ", "name"),
        ("commerce_event", "action", "buy", "add_to_cart"),
        ("commerce_event", "products", "{{]", "JSON text"),
        ("user", "consent.gdpr.marketing", "maybe", "True or false"),
        ("user", "consent.ccpa.timestamp", "soon", "ISO 8601"),
    ],
)
def test_a_constant_that_its_field_can_never_take_is_quoted_with_what_is_expected(
    object_name: str, field: str, constant: str, expected: str
) -> None:
    found = checked(mapping("s", object_name, ("customer_id", "{id}"), (field, constant)))

    (message,) = (text for text in found if "cannot be" in text)
    assert message.startswith(f"Stream s: `{field}` cannot be ")
    assert expected in message
    assert constant.strip().replace("{{", "{") in message


@pytest.mark.parametrize(
    ("field", "constant"),
    [
        ("timestamp", "2024-05-01"),
        ("consent.gdpr.marketing", "true"),
        ("consent.gdpr.marketing.document", "v2"),
        ("user_attributes.city", ""),
        ("deleted_user_attributes", "tier"),
        ("device_info.platform", "ios"),
    ],
)
def test_a_constant_that_fits_is_accepted(field: str, constant: str) -> None:
    extra = [("timestamp", "{at}")] if field != "timestamp" else []
    assert checked(user((field, constant), *extra)) == []


def test_an_accounts_constant_id_may_be_a_number_and_nothing_else() -> None:
    deleted = mapped("s", "account", "soft_delete", id="1204")
    assert checked(deleted, access=PLATFORM) == []
    (message,) = checked(mapped("s", "account", "soft_delete", id="id"), access=PLATFORM)
    assert message.startswith("Stream s: `id` cannot be the constant `id`.")


@pytest.mark.parametrize(
    ("object_name", "written", "meant"),
    [
        ("user", "costumer_id", "customer_id"),
        ("user", "user_atributes.Tier", "user_attributes.Tier"),
        ("user", "consent.gpdr.Marketing", "consent.gdpr.Marketing"),
        ("user", "Device_info.plattform", "device_info.platform"),
        ("screen_view", "screenname", "screen_name"),
    ],
)
def test_an_unknown_field_is_met_with_the_nearest_name(object_name: str, written: str, meant: str) -> None:
    found = checked(mapping("s", object_name, (written, "{x}")))
    assert f"Stream s: {object_name} has no field `{written}`. Did you mean `{meant}`?" in found


def test_an_unknown_field_that_is_near_none_may_have_been_meant_as_an_attribute() -> None:
    (message,) = checked(user(("nickname", "{x}")))
    assert message == (
        "Stream s: user has no field `nickname`. For an attribute of that name, map `user_attributes.nickname`."
    )
    (message,) = checked(mapped("s", "account", "append", town="{x}"), access=PLATFORM)
    assert message == "Stream s: account has no field `town`. Its fields are `id`, `name`."


def test_an_unknown_object_or_operation_is_met_with_the_nearest_name() -> None:
    assert checked(mapped("s", "Users"))[0].endswith("Did you mean `user`?")
    assert checked(mapped("s", "user", "updat", email="{e}"))[0].endswith("Did you mean `update`?")


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("customer_id", "`customer_id` is mapped 2 times"),
        ("customerid", "`customer_id` is mapped 2 times"),
        ("Customer_ID", "`customer_id` is mapped 2 times"),
        ("device_info.ios_idfv", "`ios_idfv` and `device_info.ios_idfv` are the same field"),
        ("user_attributes.tier", "`user_attributes.tier` is mapped 2 times"),
    ],
)
def test_a_field_that_is_mapped_twice_is_an_error(other: str, said: str) -> None:
    entry = user(("ios_idfv", "{a}"), ("user_attributes.tier", "{b}"), (other, "{c}"))
    (message,) = checked(entry)
    assert said in message


def test_attributes_whose_names_differ_in_case_are_two_attributes() -> None:
    assert checked(user(("user_attributes.Tier", "{a}"), ("user_attributes.tier", "{b}"))) == []


def test_events_that_get_the_type_other_are_noticed() -> None:
    said = "Stream s: `custom_event_type` is not mapped, so every event gets the type other."
    assert checked(mapped(email="{e}", event_name="x"), severity=Severity.NOTICE) == [said]
    assert checked(mapped(email="{e}", event_name="x", custom_event_type="search"), severity=Severity.NOTICE) == []


def test_a_constant_that_is_no_address_is_a_mistake() -> None:
    assert "`ip` cannot be the constant `home`" in checked(user(("ip", "home")))[0]


def test_half_a_location_is_a_mistake() -> None:
    places = {"location__latitude": "{lat}", "context__location__city_name": "{city}"}
    of_the_event, of_the_batch = checked(mapped(customer_id="{id}", event_name="Seen", **places))
    assert of_the_event == (
        "Stream s: map `location.longitude` too; mParticle takes a location with both or not at all."
    )
    assert "map `context.location.latitude` and `context.location.longitude` too" in of_the_batch


@pytest.mark.parametrize(
    ("written", "meant"), [("marketing.documnt", "marketing.document"), ("a.b.consent", "a.b.consented")]
)
def test_a_misspelled_part_of_a_consent_is_not_taken_for_a_purpose(written: str, meant: str) -> None:
    entry = user(("timestamp", "{at}"), (f"consent.gdpr.{written}", "{c}"))
    assert checked(entry) == [
        f"Stream s: `consent.gdpr.{written}` would be a purpose of its own. Did you mean `consent.gdpr.{meant}`?"
    ]


@pytest.mark.parametrize("purpose", ["marketing", "marketing.email", "document", "third.party"])
def test_purposes_of_every_name_are_purposes(purpose: str) -> None:
    assert checked(user(("timestamp", "{at}"), (f"consent.gdpr.{purpose}", "{c}"))) == []


def test_a_column_of_airbytes_own_is_a_warning_since_it_differs_between_attempts() -> None:
    entry = mapped(customer_id="{id}", event_name="Seen", timestamp="{_AIRBYTE_EXTRACTED_AT}")
    (said,) = checked(entry, severity=Severity.WARNING)
    assert said == (
        "Stream s: `timestamp` is mapped from `_AIRBYTE_EXTRACTED_AT`, which changes each time the row is read, so "
        "mParticle would treat the row as new."
    )
