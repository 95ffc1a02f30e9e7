"""The options that a user fills in, and the manifest that declares them."""

import dataclasses
import importlib
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from airbyte_cdk.sources.declarative.concurrent_declarative_source import get_declarative_component_schema
from jsonschema import Draft7Validator

from source_mparticle import SourceMparticle
from source_mparticle.configuration.normalization import with_defaults
from unit_tests.fake_mparticle import Config

ROOT = Path(__file__).resolve().parent.parent
MINIMAL = {"client_id": "a-client-id", "client_secret": "a-client-secret", "account_id": "1201"}
COMPLETE = {**MINIMAL, "org_id": "77", "profiles": {"workspace_id": "5318", "identities": ["1"]}}
LOGGER = logging.getLogger("test")
SPEC: dict[str, Any] = SourceMparticle().spec(LOGGER).connectionSpecification
OPTIONS: dict[str, dict[str, Any]] = SPEC["properties"]
PROFILE_OPTIONS: dict[str, dict[str, Any]] = OPTIONS["profiles"]["properties"]


def refusals(**options: Any) -> list[str]:
    """What the spec says against a complete configuration with these options."""
    return [error.message for error in Draft7Validator(SPEC).iter_errors({**MINIMAL, **options})]


@pytest.mark.parametrize("option", OPTIONS)
def test_every_option_has_a_title_a_description_a_place_and_a_group(option: str) -> None:
    assert {"title", "description", "order", "group"} <= set(OPTIONS[option])
    assert OPTIONS[option]["group"] in {group["id"] for group in SPEC["groups"]}


@pytest.mark.parametrize("option", PROFILE_OPTIONS)
def test_every_option_of_a_lookup_has_a_title_a_description_and_a_place(option: str) -> None:
    assert {"title", "description", "order"} <= set(PROFILE_OPTIONS[option])


@pytest.mark.parametrize("options", [OPTIONS, PROFILE_OPTIONS], ids=["the form", "user profiles"])
def test_no_two_options_are_shown_in_one_place(options: dict[str, dict[str, Any]]) -> None:
    assert sorted(option["order"] for option in options.values()) == list(range(len(options)))


def test_the_options_are_shown_group_after_group() -> None:
    groups = [group["id"] for group in SPEC["groups"]]
    shown = sorted(OPTIONS.values(), key=lambda option: option["order"])
    assert [groups.index(option["group"]) for option in shown] == sorted(
        groups.index(option["group"]) for option in shown
    )


def test_the_options_have_the_names_that_users_rely_on() -> None:
    assert list(OPTIONS) == [
        "client_id",
        "client_secret",
        "account_id",
        "workspace_ids",
        "calculated_attribute_name",
        "org_id",
        "redact_keys",
        "profiles",
        "api_url",
        "token_url",
        "allow_http",
        "num_workers",
    ]
    assert SPEC["required"] == ["client_id", "client_secret", "account_id"]
    assert list(PROFILE_OPTIONS) == [
        "workspace_id",
        "identity_type",
        "identities",
        "csv_url",
        "csv_column",
        "environment",
    ]
    # The form fills in two defaults of the profiles, and must be able to save them alone.
    assert "required" not in OPTIONS["profiles"]


def test_the_client_id_and_secret_are_secrets_and_nothing_else_is() -> None:
    options = [*OPTIONS.items(), *PROFILE_OPTIONS.items()]
    assert [name for name, option in options if option.get("airbyte_secret")] == ["client_id", "client_secret"]


def test_what_a_user_leaves_out_becomes_the_default_that_the_spec_shows() -> None:
    shown = {name: option["default"] for name, option in OPTIONS.items() if "default" in option}
    assert SourceMparticle(config=MINIMAL)._config == {**MINIMAL, **shown}  # noqa: SLF001 - the CDK's only way to see it


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"api_url": "https://api.eu1.mparticle.com/", "token_url": "", "num_workers": 2.0},
        {"api_url": None, "workspace_ids": [], "org_id": "", "redact_keys": False, "allow_http": True},
        {"profiles": {"workspace_id": "5318", "identities": []}, "unknown": 1},
    ],
    ids=str,
)
def test_a_check_without_the_cdk_is_given_the_defaults_of_the_manifest(options: Config) -> None:
    given = {**MINIMAL, **options}
    completed_by_the_cdk = SourceMparticle(config=given)._config  # noqa: SLF001 - the CDK's only way to see it
    assert with_defaults(given, SPEC) == completed_by_the_cdk


@pytest.mark.parametrize(
    "options",
    [
        {"account_id": "north"},
        {"account_id": 1201},
        {"client_secret": " a-client-secret"},
        {"client_secret": "seven77"},
        {"workspace_ids": [5318]},
        {"num_workers": 1},
        {"num_workers": 21},
        {"api_url": "https://api.mparticle.com/v1"},
        {"token_url": "https://sso.auth.mparticle.com"},
        {"allow_http": "yes"},
        {"redact_keys": "yes"},
        {"api_url": "https://ann:pass@api.mparticle.com"},
        {"token_url": "https://ann:pass@sso.auth.mparticle.com/oauth/token"},
        {"profiles": {"workspace_id": "north"}},
        {"profiles": {"workspace_id": "5318", "identity_type": "mpids"}},
        {"profiles": {"workspace_id": "5318", "identities": [1]}},
    ],
    ids=str,
)
def test_the_spec_refuses(options: Config) -> None:
    assert len(refusals(**options)) == 1


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"workspace_ids": []},
        {"workspace_ids": ["5318", "5318"]},
        {"org_id": ""},
        {"api_url": "https://api.mparticle.com/"},
        {"api_url": "http://localhost:8080"},
        # A form cannot compare options: the connector itself refuses this one without `allow_http`.
        {"api_url": "http://host.docker.internal:8080"},
        {"token_url": "http://127.0.0.1:8080/oauth/token"},
        {"redact_keys": False},
        {"profiles": {"workspace_id": "5318"}},
        {"profiles": {"identity_type": "mpid", "environment": "production"}},
        {"profiles": {"workspace_id": "5318", "identity_type": "email", "csv_url": "s3://bucket/users.csv"}},
    ],
    ids=str,
)
def test_the_spec_accepts(options: Config) -> None:
    assert refusals(**options) == []


@pytest.mark.parametrize("name", ["sample_config.json", "invalid_config.json"])
def test_the_configurations_for_the_standard_tests_have_the_form_that_the_spec_asks_for(name: str) -> None:
    assert refusals(**json.loads((ROOT / "integration_tests" / name).read_text())) == []


def test_the_configured_catalog_names_the_keys_and_cursors_of_its_streams_and_reads_all_of_their_rows() -> None:
    configured = json.loads((ROOT / "integration_tests" / "configured_catalog.json").read_text())["streams"]
    by_name = {stream.name: stream for stream in SourceMparticle(config=COMPLETE).discover(LOGGER, COMPLETE).streams}
    discovered = [by_name[each["stream"]["name"]] for each in configured]
    assert {"accounts", "workspaces", "audiences", "calculated_attributes"} <= {stream.name for stream in discovered}
    assert [
        (stream["name"], stream["source_defined_primary_key"], stream.get("default_cursor_field"))
        for stream in (each["stream"] for each in configured)
    ] == [(stream.name, stream.source_defined_primary_key, stream.default_cursor_field) for stream in discovered]
    assert [each["stream"]["supported_sync_modes"] for each in configured] == [
        [mode.value for mode in stream.supported_sync_modes] for stream in discovered
    ]
    assert {(each["sync_mode"], each["destination_sync_mode"]) for each in configured} == {
        ("full_refresh", "overwrite")
    }


def test_the_manifest_has_no_key_that_nobody_reads() -> None:
    manifest = SourceMparticle(config=MINIMAL).resolved_manifest
    assert list(_unread_keys(manifest["streams"], "streams")) == []


def test_no_text_of_the_manifest_is_cut_at_a_comma() -> None:
    # What follows a comma within `{description: a, b}` is a key of its own, without a value.
    assert list(_keys_without_value(SourceMparticle().resolved_manifest)) == []


def test_the_check_for_unread_keys_finds_one_in_either_kind_of_component() -> None:
    assert list(_unread_keys({"type": "RecordSelector", "recordfilter": {}}, "selector")) == ["selector.recordfilter"]
    ids = {"type": "CustomTransformation", "class_name": "source_mparticle.components.IntegerIds", "path": ["id"]}
    assert list(_unread_keys([ids], "transformations")) == ["transformations.0.path"]


def test_the_manifest_uses_nothing_that_the_cdk_has_deprecated() -> None:
    assert list(SourceMparticle(config=MINIMAL).deprecation_warnings()) == []


COMPONENTS: dict[str, Any] = get_declarative_component_schema()["definitions"]


def _keys_without_value(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (key for key, value in node.items() if value is None)
        node = list(node.values())
    for item in node if isinstance(node, list) else ():
        yield from _keys_without_value(item)


def _unread_keys(node: Any, path: str) -> Iterator[str]:
    """Where a component has a key that neither its schema nor, for a custom one, its class knows.

    The CDK drops such keys without a word, so a misspelt option would do nothing.
    """
    if isinstance(node, list):
        for number, element in enumerate(node):
            yield from _unread_keys(element, f"{path}.{number}")
    elif isinstance(node, dict):
        known = _known_keys(node)
        if known is not None:
            yield from (f"{path}.{key}" for key in node if key not in known)
        for key, value in node.items():
            # A schema's properties are the user's data, not components.
            if key not in {"schema", "$parameters"}:
                yield from _unread_keys(value, f"{path}.{key}")


def _known_keys(component: dict[str, Any]) -> set[str] | None:
    """The keys that a component may have, inherited parameters included; None for what is no component."""
    kind = component.get("type")
    if not isinstance(kind, str) or kind not in COMPONENTS:
        return None
    known = set(COMPONENTS[kind]["properties"]) | {"$parameters"} | set(component.get("$parameters", {}))
    if "class_name" in component:
        module, _, name = component["class_name"].rpartition(".")
        known |= {field.name for field in dataclasses.fields(getattr(importlib.import_module(module), name))}
    return known
