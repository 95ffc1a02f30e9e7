"""What is found about mappings once the catalog is known."""

from typing import Any

import pytest

from destination_mparticle.mapping.findings import Severity
from unit_tests.mappings import PLATFORM, checked, compiled, configured, mapped, texts, user, with_columns


def test_everything_that_is_wrong_with_the_mappings_is_said_at_once() -> None:
    mappings = [
        mapped("a", "no_such_object"),
        mapped("b", event_nam="{x}", email="{y"),
        mapped("c", event_name="x"),
        mapped("d", email="{e}"),
        mapped("e", "commerce_event", email="{e}"),
        mapped("f", "user", "soft_delete", email="{e}"),
        mapped("g", "user", email="{e}", consent__gdpr__x__consented="true"),
        mapped("h", email="{e}", event_name="x"),
    ]
    streams = [configured(name) for name in "abcdefg"]
    streams += [
        configured("h", mode="overwrite"),
        configured("i", object_name="user", mode="update", properties=["email"], key=["tier"]),
        configured("j", object_name="nothing"),
        configured("k", properties=["id", "name"]),
        configured("l", mode="append_dedup"),
    ]

    said = " ".join(texts(compiled(mappings, *streams).findings))

    for sentence in (
        "Stream a: there is no object `no_such_object`",
        "Stream b: custom_event has no field `event_nam`. Did you mean `event_name`?",
        "Stream b: in the template of `email`, a brace is opened and not closed.",
        "Stream c: map at least one identity",
        "Stream d: map `event_name`",
        "Stream e: map `action`",
        "Stream f: user cannot be written with soft_delete",
        "Stream g: map `timestamp` or `consent.gdpr.x.timestamp`",
        "Stream h: custom_event cannot be written with overwrite; choose append.",
        "Stream i: `tier` cannot be the matching key",
        "Stream j: there is no object `nothing`",
        "Stream k has no mapping: add it to Stream Mappings (`streams`)",
        "Stream l: event_batch cannot be written with append_dedup",
    ):
        assert sentence in said


def test_the_catalogs_object_comes_before_the_configuration_and_shape_comes_last() -> None:
    streams = [configured("s", object_name="user"), configured("t", properties=["events"]), configured("u")]

    plans = compiled([mapped("s", event_name="x", email="{e}")], *streams).plans

    assert [(plan.object_name, plan.by_shape) for plan in plans.values()] == [
        ("user", False),
        ("event_batch", True),
        ("event_batch", True),
    ]


def test_a_stream_that_is_mapped_twice_is_an_error_unless_the_namespaces_differ() -> None:
    other = {**user(), "namespace": "other"}

    assert checked(user(), user(("email", "{e}")), other) == [
        "Stream s is mapped 2 times in Stream Mappings (`streams`); keep one of the entries."
    ]
    assert texts(compiled([user(), user()], configured("s")).findings) == checked(user(), user())


@pytest.mark.parametrize(
    ("template", "offered"),
    [
        ("{teir}", "Did you mean `Tier`?"),
        ("Tier {TEIR}!", "Did you mean `Tier`?"),
        ("{adress.city}", "Did you mean `address.city`?"),
        ("{dotted.nam}", "Did you mean `dotted.name`?"),
        ("{zzz}", "Its columns are `id`, `Tier`, `address`, `dotted.name`."),
    ],
)
def test_a_column_that_the_catalog_does_not_list_is_an_error_with_the_nearest_name(template: str, offered: str) -> None:
    (message,) = with_columns(user(("user_attributes.x", template)), "id", "Tier", "address", "dotted.name")

    assert message.startswith("Stream s: `user_attributes.x` is mapped from the column `")
    assert message.endswith(f"which the stream's schema does not list. {offered}")


@pytest.mark.parametrize("template", ["{ID}", "{tier}", "{address.city}", "{dotted.name}", "{_airbyte_extracted_at}"])
def test_columns_are_found_whatever_their_case_and_airbytes_own_need_no_listing(template: str) -> None:
    assert with_columns(user(("user_attributes.x", template)), "id", "Tier", "address", "dotted.name") == []


def test_a_missing_column_is_a_warning_where_the_schema_states_that_there_may_be_others() -> None:
    entry = user(("user_attributes.x", "{teir}"))
    assert with_columns(entry, "id", "tier", additionalProperties=True) == []
    (said,) = with_columns(entry, "id", "tier", additionalProperties=True, severity=Severity.WARNING)
    assert said.endswith("Did you mean `tier`?")
    assert len(with_columns(entry, "id", "tier", additionalProperties=False)) == 1


def test_a_schema_that_lists_no_columns_says_nothing_about_them() -> None:
    assert with_columns(user(("user_attributes.x", "{teir}"))) == []


def test_a_constant_that_is_a_columns_name_is_a_warning() -> None:
    (said,) = with_columns(user(("user_attributes.tier", "Tier")), "id", "tier", severity=Severity.WARNING)
    assert said == (
        "Stream s: `user_attributes.tier` is the constant `Tier`, and there is a column of that name. "
        "To take the column, write `{Tier}`."
    )


def test_a_mapping_of_a_stream_that_the_connection_lacks_is_a_warning_with_the_nearest_name() -> None:
    found = compiled([user(), {**user(), "stream": "membrs"}], configured("s"), configured("members")).findings

    assert texts(found, Severity.WARNING) == [
        (
            "Stream membrs is mapped in Stream Mappings (`streams`), but the connection does not include it. "
            "Did you mean `members`?"
        )
    ]


def test_a_reserved_attribute_that_mparticle_does_not_document_is_a_warning() -> None:
    entry = user(("user_attributes.$frstname", "{f}"), ("user_attributes.$city", "{c}"), ("user_attributes.$", "{x}"))

    near, far = checked(entry, severity=Severity.WARNING)

    assert near == (
        "Stream s: `$frstname` is not one of mParticle's reserved user attributes. Did you mean `$firstname`?"
    )
    assert "They are $age, $gender, " in far
    activated = configured("s", object_name="user", properties=["email", "user_attributes.$City"])
    assert "Did you mean `$city`?" in texts(compiled([], activated).findings, Severity.WARNING)[0]


def test_accounts_need_the_platform_alone() -> None:
    account = mapped("s", "account", "append", name="{name}")

    assert checked(account, access=PLATFORM) == []
    assert texts(compiled([account], configured("s"), access=PLATFORM).findings) == []
    assert checked(account) == [
        "Stream s: fill in Platform API Credentials (`platform`); account is sent through the Platform API."
    ]


def test_any_other_object_says_which_options_the_events_api_lacks() -> None:
    said = (
        "fill in API Key (`api_key`), API Secret (`api_secret`), Pod (`pod`), Environment (`environment`); "
        "{} is sent through the Events API."
    )
    streams = [configured("a", object_name="user", properties=["email"]), configured("b")]

    assert checked(user(), access=PLATFORM) == [f"Stream s: {said.format('user')}"]
    assert texts(compiled([], *streams, access=PLATFORM).findings) == [
        f"Stream a: {said.format('user')}",
        f"Stream b: {said.format('event_batch')}",
    ]


@pytest.mark.parametrize("keyword", ["additionalProperties", "patternProperties", "allOf"])
def test_a_schema_that_may_have_more_columns_than_it_lists_is_only_warned_about(keyword: str) -> None:
    entry = mapped(customer_id="{id}", event_name="{nmae}")
    schema: dict[str, Any] = {}
    schema[keyword] = {} if keyword == "additionalProperties" else {"x": {}}
    assert with_columns(entry, "id", "name", **schema) == []
    assert "Did you mean `name`?" in with_columns(entry, "id", "name", severity=Severity.WARNING, **schema)[0]
