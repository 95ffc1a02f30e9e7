"""The whole catalog against the real sandbox: every stream, grants that are missing, users looked up one by one."""

import logging
from collections import Counter
from typing import Any

import pytest
from airbyte_cdk.models import ConfiguredAirbyteCatalog, ConfiguredAirbyteStream, DestinationSyncMode, SyncMode
from airbyte_cdk.test.entrypoint_wrapper import EntrypointOutput, read
from mparticle_sandbox import SandboxProcess

from source_mparticle import SourceMparticle

LOGGER = logging.getLogger("airbyte")
PROFILES = ("user_profiles", "audience_memberships")
CORE = {"accounts", "workspaces", "audiences", "calculated_attributes"}


@pytest.fixture
def config(config: dict[str, Any], sandbox: SandboxProcess) -> Any:
    users = [str(profile["mpid"]) for profile in sandbox.profiles()]
    profiles = {"workspace_id": sandbox.profiles()[0]["workspace_id"], "identities": [*users, "12"]}
    profiles["workspace_id"] = str(profiles["workspace_id"])
    return config | {"org_id": sandbox.org_id, "profiles": profiles}


def sync(config: dict[str, Any], *names: str, fails: bool = False) -> EntrypointOutput:
    found = SourceMparticle().discover(LOGGER, config)
    catalog = ConfiguredAirbyteCatalog(
        streams=[
            ConfiguredAirbyteStream(stream, SyncMode.full_refresh, DestinationSyncMode.overwrite)
            for stream in found.streams
            if not names or stream.name in names
        ]
    )
    return read(SourceMparticle(catalog=catalog, config=config), config, catalog, expecting_exception=fails)


def counts(output: EntrypointOutput) -> Counter[str]:
    return Counter(message.record.stream for message in output.records)


def logged(output: EntrypointOutput) -> list[str]:
    return [message.log.message for message in output.logs]


def ends(output: EntrypointOutput, *streams: str) -> set[str]:
    return {output.get_stream_statuses(stream)[-1].value for stream in streams}


def errors(output: EntrypointOutput) -> list[str]:
    return [message.trace.error.message for message in output.errors]


def paced(sandbox: SandboxProcess, config: dict[str, Any], *streams: str) -> EntrypointOutput:
    """A sync at the pace that mParticle allows for look-ups.

    A busy machine may deliver late requests at once, and spoil a try. Code that is too quick spoils all of them.
    """
    for _ in range(3):
        sandbox.reset()
        output = sync(config, *streams)
        if 429 not in {request["status"] for request in sandbox.requests()["requests"]}:
            break
    return output


@pytest.mark.timing
def test_every_stream_has_rows_and_every_resource_is_requested_once(
    sandbox: SandboxProcess, config: dict[str, Any]
) -> None:
    output = paced(sandbox, config)
    offered = {stream.name for stream in SourceMparticle().discover(LOGGER, config).streams}
    assert set(counts(output)) == offered
    assert len(offered) == 24
    by_route = sandbox.requests()["by_route"]
    assert by_route.pop("POST /oauth/token") == 1
    assert set(by_route.values()) == {1}


@pytest.mark.timing
def test_each_user_is_looked_up_once_for_both_streams_at_the_pace_that_mparticle_allows(
    sandbox: SandboxProcess, config: dict[str, Any]
) -> None:
    output = paced(sandbox, config, *PROFILES)
    assert counts(output)["user_profiles"] == len(sandbox.profiles())
    lookups = [request for request in sandbox.requests()["requests"] if "/userprofile/" in request["path"]]
    assert len(lookups) == len(sandbox.profiles()) + 1
    assert {request["status"] for request in lookups} == {200, 400}
    for stream in PROFILES:
        assert f"{stream}: 1 of {len(lookups)} users returned no row: 1 unknown to mParticle." in logged(output)


@pytest.mark.parametrize(("answers", "status"), [("service", 404), ("documented", 400)])
def test_identities_that_nobody_has_leave_the_others_to_be_read(
    sandbox: SandboxProcess, config: dict[str, Any], answers: Any, status: int
) -> None:
    sandbox.settings(answers=answers)
    known = [profile["customer_id"] for profile in sandbox.profiles()][:3]
    config["profiles"] |= {"identity_type": "customer_id", "identities": ["nobody", *known, "no one"]}
    output = sync(config, *PROFILES)
    assert counts(output)["user_profiles"] == len(known)
    assert {request["status"] for request in sandbox.requests()["requests"]} == {200, status}
    assert "user_profiles: 2 of 5 users returned no row: 2 unknown to mParticle." in logged(output)


def test_ids_of_users_survive_whole(sandbox: SandboxProcess, config: dict[str, Any]) -> None:
    output = sync(config, "user_profiles")
    read_ids = {message.record.data["mpid"] for message in output.records}
    assert read_ids == {profile["mpid"] for profile in sandbox.profiles()}
    assert max(abs(mpid) for mpid in read_ids) > 2**53


@pytest.mark.parametrize(
    ("grant", "streams", "named"),
    [
        ("data_planning", ["data_plans", "data_plan_versions"], "Data Planning API"),
        ("custom_roles", ["custom_roles", "role_tasks"], "Custom Roles API"),
        ("profile", ["user_profiles", "audience_memberships"], "Profile API"),
    ],
)
def test_a_missing_grant_fails_its_streams_alone_and_is_named(
    sandbox: SandboxProcess, config: dict[str, Any], grant: Any, streams: Any, named: Any
) -> None:
    sandbox.settings(grants={grant: False})
    output = sync(config, *streams, "accounts", fails=True)
    assert set(counts(output)) == {"accounts"}
    assert ends(output, "accounts") == {"COMPLETE"}
    assert ends(output, *streams) == {"INCOMPLETE"}
    assert all(named in error for error in errors(output))


def test_without_the_platform_grant_the_core_streams_fail(sandbox: SandboxProcess, config: dict[str, Any]) -> None:
    sandbox.settings(grants={"platform": False})
    output = sync(config, *CORE, fails=True)
    assert "tick the Platform API" in output.errors[0].trace.error.message
    assert counts(output) == {}


def test_a_feature_that_the_account_lacks_fails_its_streams_alone(
    sandbox: SandboxProcess, config: dict[str, Any]
) -> None:
    sandbox.settings(missing_features=["/v1/workspace/*/partnerfeeds"])
    output = sync(config, "partner_feeds", "feed_subscriptions", "accounts", fails=True)
    assert set(counts(output)) == {"accounts"}
    assert ends(output, "accounts") == {"COMPLETE"}
    assert ends(output, "partner_feeds", "feed_subscriptions") == {"INCOMPLETE"}
    assert all("partnerfeeds (404)" in error for error in errors(output))
