"""The sandbox states mParticle's facts on its own: here each is held against the source, differences with reasons.

What every sync against the sandbox compares, such as the audience of a token, is not repeated here.
`test_facts_agree_destination.py` does the same for the destination.
"""

import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any, Literal

import pytest

pytest.importorskip("mparticle_sandbox", reason="pip install ./sandbox")

from mparticle_sandbox.app import build_app
from mparticle_sandbox.core.catalog import Catalog
from mparticle_sandbox.core.events_api.facts.identities import SCHEMA_IDENTITIES
from mparticle_sandbox.core.events_api.schema.batch import ENVIRONMENTS
from mparticle_sandbox.core.grants import Grants
from mparticle_sandbox.core.options import Options
from mparticle_sandbox.core.profile_fields import FIELDS
from mparticle_sandbox.core.settings import PROFILE_REQUESTS_PER_SECOND, Settings
from mparticle_sandbox.probe.config import API_URL, IDENTITY_TYPES, TOKEN_URL
from mparticle_sandbox.state import Sandbox
from starlette.routing import Route

from source_mparticle import SourceMparticle
from source_mparticle.profiles import lookup

MANIFEST = SourceMparticle().resolved_manifest
STREAMS = MANIFEST["streams"]
OPTIONS = MANIFEST["spec"]["connection_specification"]["properties"]
PROFILES = OPTIONS["profiles"]["properties"]

# What only one side states, with the reason.
ONLY_IN_THE_SANDBOX = {
    "identity types": {
        **dict.fromkeys(
            ("facebook", "google", "microsoft", "twitter", "yahoo", "alias", "facebook_custom_audience_id"),
            "a batch may carry it, and the source does not offer it to look users up by",
        ),
    },
    "paths": {
        "/v1/accounts/{}": "the destination changes accounts; the source reads the list",
        "/v1/apps/{}": "the list holds the same records",
        "/v1/apps/{}/platforms/{}": "the list holds the same records",
        "/v1/services/{}": "the list holds the same records",
        "/v1/users/{}": "the list holds the same records",
        "/v1/apps/{}/{}": "whether a service gets new data points by default, which no stream reads",
        "/v1/audiences/{}": "it deletes, and the source only reads",
        "/platform/v2/workspaces/{}/calculatedattributes/{}": "the list holds the same records",
        "/platform/v2/workspaces/{}/plans/{}/versions/{}": "the plan holds its versions",
        "/v2/events": "the destination's API",
        "/v2/bulkevents": "the destination's API",
        "/v2/bulkevents/historical": "the destination's API",
        "/userprofile/bulkdelete": "no connector deletes profiles",
    },
    "profile fields": {"partner_identities": "mParticle documents the name and shows nothing that it brings"},
}
ONLY_IN_THE_SOURCE = {
    "identity types": {"mpid": "it is in the path of a look-up, not one of a user's identities"},
}


def listed(path: str) -> str:
    """A path with its parameters left blank, however they are named."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def declared(key: str, node: Any = STREAMS) -> Iterator[str]:
    """Every text under a key of the resolved manifest's streams."""
    if isinstance(node, list):
        for item in node:
            yield from declared(key, item)
    elif isinstance(node, dict):
        if isinstance(node.get(key), str):
            yield node[key]
        for item in node.values():
            yield from declared(key, item)


def manifest_paths() -> set[str]:
    return {listed(path) for path in declared("path") if path.startswith("/")}


def served_paths() -> set[str]:
    app = build_app(Sandbox(Options(), Catalog()))
    paths = {listed(route.path) for route in app.routes if isinstance(route, Route)}
    own = ("/_sandbox", "/openapi.json")
    return {path for path in paths if not path.startswith(own)}


def profile_paths() -> set[str]:
    """Where the source looks up profiles, which the manifest does not say."""
    return {"/userprofile/v1/{}/{}/{}/{}", "/userprofile/v1/resolve/{}/{}/{}"}


@pytest.mark.parametrize(
    ("what", "sandbox", "source"),
    [
        ("identity types", set(SCHEMA_IDENTITIES), set(PROFILES["identity_type"]["enum"])),
        ("paths", served_paths(), manifest_paths() | profile_paths() | {"/oauth/token"}),
        ("profile fields", set(FIELDS), set(lookup.FIELDS.split(","))),
        ("environments", set(ENVIRONMENTS), set(PROFILES["environment"]["enum"])),
    ],
)
def test_what_only_one_side_states_is_listed_with_its_reason(what: str, sandbox: set[str], source: set[str]) -> None:
    assert sandbox - source == ONLY_IN_THE_SANDBOX.get(what, {}).keys()
    assert source - sandbox == ONLY_IN_THE_SOURCE.get(what, {}).keys()


def test_the_probe_reads_the_same_options_as_the_source() -> None:
    assert set(IDENTITY_TYPES) == set(PROFILES["identity_type"]["enum"])
    assert (OPTIONS["api_url"]["default"], OPTIONS["token_url"]["default"]) == (API_URL, TOKEN_URL)


def test_both_grant_and_ask_for_the_same_apis() -> None:
    granted = {f"{grant.name.replace('_', ' ').title()} API" for grant in fields(Grants)}
    # The manifest declares no look-up of profiles.
    assert granted == {*declared("grant"), "Profile API"}


def test_the_source_stays_one_request_a_second_below_the_rate() -> None:
    # One less, so that a late request and an early one do not exceed the rate within one second.
    assert lookup.REQUESTS_PER_SECOND == PROFILE_REQUESTS_PER_SECOND - 1


@pytest.mark.parametrize("answers", ["service", "documented"])
def test_the_source_knows_the_status_of_a_user_whom_nobody_knows(answers: Literal["service", "documented"]) -> None:
    settings = Settings(answers=answers)
    assert {settings.unknown_identity_status, settings.statuses.unknown_mpid} <= set(lookup.UNKNOWN)
