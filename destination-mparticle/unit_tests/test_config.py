from collections.abc import Iterator
from typing import Any

import pytest

from destination_mparticle.config import Config, Platform, Storage, parse_config
from destination_mparticle.mapping.streams import DataPlan
from destination_mparticle.mparticle.pods import EVENTS_URLS
from destination_mparticle.options import option, secrets, specification
from unit_tests.configurations import MINIMAL, PLATFORM, S3, errors


def test_a_minimal_configuration_is_filled_with_the_documented_defaults() -> None:
    assert parse_config(MINIMAL) == Config(
        api_key="the-api-key",
        api_secret="the-secret",
        pod="EU1",
        environment="development",
        streams=(),
        data_plan=None,
        max_batches_per_second=270,
        grouping="by_user",
        skip_rejected=False,
        storage=Storage(),
        validate_only=False,
        platform=None,
        events_url="https://s2s.eu1.mparticle.com/v2",
        api_url="https://api.mparticle.com",
        token_url="https://sso.auth.mparticle.com/oauth/token",
    )


def test_every_error_names_the_option_by_title_and_name_and_says_what_is_expected() -> None:
    broken = {
        "api_key": "",
        "pod": "MOON",
        "environment": 5,
        "streams": [{"stream": "s", "object": "user"}, {"object": "", "fields": [{"field": "x"}], "unmapped": "no"}],
        "object_storage_config": {"storage_type": "S3", "secret_access_key": "very-private"},
        "platform": {"client_id": "very-private", "account_id": "very-private"},
        "max_batches_per_second": 0,
        "data_plan": {"plan_id": "p", "plan_version": "very-private"},
        "validate_only": "very-private",
        "events_url": "http://very-private.example.com",
        "allow_http": "very-private",
    }

    assert sorted(errors(broken).split("\n")) == sorted(
        (
            "API Key (`api_key`) must have at least 8 characters; a shorter secret cannot be hidden in logs.",
            "API Secret (`api_secret`) is missing.",
            f"Pod (`pod`) must be one of {', '.join(EVENTS_URLS)}.",
            "Environment (`environment`) must be text (in quotes).",
            "Environment (`environment`) must be one of production, development.",
            "Stream Mappings (`streams`), item 2, Stream (`stream`) is missing.",
            "Stream Mappings (`streams`), item 2, Object (`object`) must not be empty.",
            "Stream Mappings (`streams`), item 2, Fields (`fields`), item 1, Value (`value`) is missing.",
            "Stream Mappings (`streams`), item 2, Unmapped Columns (`unmapped`) must be one of attributes, ignore.",
            "Store for Rejected Records (`object_storage_config`), S3 Bucket Name (`s3_bucket_name`) is missing.",
            "Platform API Credentials (`platform`), Client Secret (`client_secret`) is missing.",
            "Platform API Credentials (`platform`), Account ID (`account_id`) must be digits only, for example 1234.",
            "Batches per Second (`max_batches_per_second`) must be at least 1.",
            "Data Plan (`data_plan`), Plan Version (`plan_version`) must be a whole number.",
            "Validate Only (`validate_only`) must be true or false.",
            (
                "Events API Address (`events_url`) must be an https:// address without a user name, `?` and `#` "
                "(http:// only for this machine, or where Allow Unencrypted HTTP (`allow_http`) is on), for example "
                "https://s2s.us1.mparticle.com/v2."
            ),
            "Allow Unencrypted HTTP (`allow_http`) must be true or false.",
        )
    )


def test_there_is_a_title_for_every_option_and_a_sentence_for_every_rule_of_the_specification() -> None:
    def walk(schema: dict[str, Any], path: tuple[str | int, ...]) -> Iterator[str]:
        for name, value in schema.get("properties", {}).items():
            assert option(*path, name).endswith(f"{value['title']} (`{name}`)")
            yield from walk(value, (*path, name))
        for branch in schema.get("oneOf", ()):
            yield from walk(branch, path)
        if "items" in schema:
            yield from walk(schema["items"], (*path, 0))
        yield from schema

    about = {"title", "description", "order", "default", "examples", "airbyte_secret", "always_show", "properties"}
    about |= {"items", "pattern_descriptor", "additionalProperties", "$schema"}
    sentences = {"type", "required", "enum", "pattern", "minimum", "maximum", "minLength", "oneOf", "const"}
    assert set(walk(specification()["connectionSpecification"], ())) - about == sentences


@pytest.mark.parametrize("storage", [{"storage_type": "GCS"}, {"s3_bucket_name": "b"}, {"storage_type": 5}])
def test_an_unknown_store_is_named(storage: dict[str, Any]) -> None:
    name = r"Store for Rejected Records \(`object_storage_config`\), Storage Type \(`storage_type`\)"
    with pytest.raises(Exception, match=rf"{name} must be one of None, Local, S3\."):
        parse_config({**MINIMAL, "object_storage_config": storage})


def test_a_store_that_is_no_group_is_named_without_its_value() -> None:
    assert errors({**MINIMAL, "object_storage_config": "private"}) == (
        "Store for Rejected Records (`object_storage_config`) must be a group of options."
    )


def test_what_a_form_sends_as_null_or_as_an_empty_group_counts_as_not_filled_in() -> None:
    filled: dict[str, Any] = {
        **MINIMAL,
        "streams": [{"stream": "s", "object": "user", "fields": [{"field": "email", "value": "{e}"}]}],
    }
    nulls = {name: None for name in specification()["connectionSpecification"]["properties"] if name not in filled}
    groups = {"platform": {"client_id": None, "account_id": None}, "object_storage_config": {}, "data_plan": {}}
    (stream,) = filled["streams"]
    with_nulls = {**filled, **nulls, "streams": [{**stream, "namespace": None, "operation": None, "unmapped": None}]}

    assert parse_config(with_nulls) == parse_config({**with_nulls, **groups}) == parse_config(filled)


def test_a_whole_number_may_come_with_a_decimal_point() -> None:
    plan = {"plan_id": "p", "plan_version": 3.0}
    config = parse_config({**MINIMAL, "max_batches_per_second": 270.0, "data_plan": plan})

    assert (config.max_batches_per_second, config.data_plan) == (270, DataPlan("p", 3))
    assert isinstance(config.max_batches_per_second, int)
    assert "must be a whole number" in errors({**MINIMAL, "max_batches_per_second": 270.5})


def test_a_configuration_for_accounts_alone_needs_the_platform_and_nothing_else() -> None:
    config = parse_config({"platform": PLATFORM})

    assert config.platform == Platform("a-client-id", "a-secret", "1201")
    assert config.missing_for_events == ("api_key", "api_secret", "pod", "environment")
    assert config.environment == "development"


def test_without_the_platform_everything_that_the_events_api_needs_is_asked_for() -> None:
    assert errors({}).split("\n") == [
        "API Key (`api_key`) is missing.",
        "API Secret (`api_secret`) is missing.",
        "Pod (`pod`) is missing.",
        "Environment (`environment`) is missing.",
        "To write nothing but accounts, fill in Platform API Credentials (`platform`) instead.",
    ]


def test_the_number_of_an_account_ends_with_a_digit() -> None:
    assert errors({"platform": {**PLATFORM, "account_id": "1201\n"}}).startswith(
        "Platform API Credentials (`platform`), Account ID (`account_id`) must be digits only"
    )


def test_half_of_what_the_events_api_needs_is_a_slip_also_beside_the_platform() -> None:
    sentences = errors({"platform": PLATFORM, "api_key": "the-api-key", "pod": "US1"})
    assert sentences.split("\n") == ["API Secret (`api_secret`) is missing.", "Environment (`environment`) is missing."]


def test_an_address_of_a_store_that_is_not_chosen_is_not_asked() -> None:
    left_over = {"s3_endpoint": "http://x.example.com"}
    chosen = {"storage_type": "Local", "destination_path": "/local", **left_over}
    assert parse_config({**MINIMAL, "object_storage_config": chosen}).storage == Storage("Local", "/local")
    assert "`s3_endpoint`" in errors({**MINIMAL, "object_storage_config": {**S3, **left_over}})


NO_PLACES = ["s3://bucket", "x::y", "..", "../x", "x/../y", "x/.", "x//y", "x\n", "x\x00"]


@pytest.mark.parametrize("value", NO_PLACES)
@pytest.mark.parametrize("name", ["s3_bucket_name", "bucket_path"])
def test_a_bucket_and_a_path_in_it_lead_nowhere_else(name: str, value: str) -> None:
    sentences = errors({**MINIMAL, "object_storage_config": {**S3, name: value}})
    assert sentences.startswith(f"{option('object_storage_config', name)} must be ")


@pytest.mark.parametrize("path", ["mparticle/rejects", "/mparticle/", "a b/.c/..d/e..", "2024:05", ""])
def test_other_paths_in_a_bucket_are_taken(path: str) -> None:
    storage = parse_config({**MINIMAL, "object_storage_config": {**S3, "bucket_path": path}}).storage
    assert storage.path == path.strip("/")


@pytest.mark.parametrize(
    "path",
    ["s3://bucket/x", "ftp://ann:pass@host/x", "simplecache::/x", "file:///x", "/x\n", "x\n://y", "/x\x00"],
)
def test_the_folder_of_a_store_is_not_an_address(path: str) -> None:
    sentences = errors({**MINIMAL, "object_storage_config": {"storage_type": "Local", "destination_path": path}})
    assert sentences.startswith(
        "Store for Rejected Records (`object_storage_config`), Folder (`destination_path`) must be the path of a "
        "folder and not an address, for example /"
    )


@pytest.mark.parametrize("name", ["api_key", "api_secret", "client_id", "client_secret"])
def test_a_secret_that_is_too_short_to_be_hidden_is_refused(name: str) -> None:
    short = {name: "seven77"}
    sentences = errors({**MINIMAL, **short} if name in MINIMAL else {"platform": {**PLATFORM, **short}})
    assert sentences.endswith(f"(`{name}`) must have at least 8 characters; a shorter secret cannot be hidden in logs.")
    assert "seven77" not in sentences


@pytest.mark.parametrize("name", ["access_key_id", "secret_access_key"])
def test_a_secret_of_the_store_may_be_left_out_and_is_not_short(name: str) -> None:
    parse_config({**MINIMAL, "object_storage_config": {**S3, name: ""}})
    sentences = errors({**MINIMAL, "object_storage_config": {**S3, name: "seven77"}})
    assert f"(`{name}`) must be text of at least 8 characters, since a shorter secret cannot be hidden" in sentences
    assert "seven77" not in sentences


def test_secrets_are_found_wherever_they_stand() -> None:
    raw = {
        **MINIMAL,
        "platform": {"client_id": "a-client-id", "client_secret": "a-secret", "account_id": "1"},
        "object_storage_config": {"storage_type": "S3", "access_key_id": "an-access", "secret_access_key": "a-key"},
        "more": [{"api_secret": "in-a-list"}],
    }
    assert set(secrets(raw)) == {
        *(
            "the-api-key",
            "the-secret",
            "the-api-key:the-secret",
            "a-client-id",
            "a-secret",
            "an-access",
            "a-key",
            "in-a-list",
        ),
    }
