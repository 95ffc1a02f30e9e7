import time
from typing import Any

import pytest
import requests
from mparticle_sandbox import SandboxProcess

from tests.helpers.client import Client

WORKSPACE = "/77/1201/5318"
ALWAYS = {"mpid", "created_timestamp_ms", "last_stored_timestamp_ms", "is_opted_out", "limit_ad_tracking"}
ALL_FIELDS = "device_identities,user_identities,user_attributes,audience_memberships"


def look_up(client: Client, mpid: object, fields: str | None = ALL_FIELDS) -> requests.Response:
    return client.get(f"/userprofile/v1{WORKSPACE}/{mpid}", params={"fields": fields})


def resolve(client: Client, kind: str, value: str, environment: str = "production") -> requests.Response:
    body: Any = {"environment_type": environment, "identity": {"type": kind, "value": value}}
    return client.post(f"/userprofile/v1/resolve{WORKSPACE}", params={"fields": ALL_FIELDS}, json=body)


@pytest.fixture
def everybody(client: Client, sandbox: SandboxProcess) -> list[dict[str, Any]]:
    """Every profile, looked up without minding the rate."""
    sandbox.settings(profile_rate=1000)
    profiles = [look_up(client, known["mpid"]).json() for known in sandbox.profiles()]
    sandbox.reset()
    client.sign_in()
    return profiles


def test_the_control_api_lists_whom_the_profile_api_knows(sandbox: SandboxProcess) -> None:
    profiles = sandbox.profiles()
    assert [profile["customer_id"] for profile in profiles] == [f"c-{number}" for number in range(1001, 1041)]
    assert {profile["workspace_id"] for profile in profiles} == {5318}
    assert len({profile["mpid"] for profile in profiles}) == 40


def test_mpids_are_64_bit_numbers_that_a_double_cannot_hold(sandbox: SandboxProcess) -> None:
    mpids = [profile["mpid"] for profile in sandbox.profiles()]
    assert all(type(mpid) is int and 2**53 < abs(mpid) < 2**63 for mpid in mpids)
    assert min(mpids) < 0 < max(mpids)


def test_a_profile_is_found_by_mpid_and_by_any_of_its_identities(client: Client, sandbox: SandboxProcess) -> None:
    known = sandbox.profiles()[2]
    profile = look_up(client, known["mpid"]).json()
    assert profile["mpid"] == known["mpid"] < 0
    assert {"type": "customer_id", "encoding": "none", "value": "c-1003"} in profile["user_identities"]
    for identity in profile["user_identities"]:
        assert resolve(client, identity["type"], identity["value"]).json() == profile


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("device_identities", {"device_identities"}),
        ("user_attributes", {"user_attributes", "account_userattributes"}),
        ("user_identities,audience_memberships", {"user_identities", "audience_memberships"}),
        ("attribution,partner_identities", set[str]()),
    ],
)
def test_only_the_parts_that_are_asked_for_are_answered(
    client: Client, sandbox: SandboxProcess, asked: str, shown: set[str]
) -> None:
    assert look_up(client, sandbox.profiles()[0]["mpid"], asked).json().keys() == ALWAYS | shown


@pytest.mark.parametrize("fields", [None, "", ",", "shoe_size"])
def test_without_known_fields_a_profile_is_a_bad_request(
    client: Client, sandbox: SandboxProcess, fields: str | None
) -> None:
    response = look_up(client, sandbox.profiles()[0]["mpid"], fields)
    assert response.status_code == 400
    assert "field" in response.json()["errors"][0]["message"]


@pytest.mark.parametrize("mpid", ["1", "-1", "c-1001", "9" * 5000])
def test_an_unknown_mpid_is_a_bad_request(client: Client, mpid: str) -> None:
    assert look_up(client, mpid).status_code == 400


@pytest.mark.parametrize(("answers", "status"), [("service", 404), ("documented", 400)])
def test_an_identity_that_nobody_has_is_not_found_or_as_documented_a_bad_request(
    client: Client, sandbox: SandboxProcess, answers: str, status: int
) -> None:
    sandbox.settings(answers=answers)
    assert resolve(client, "customer_id", "c-1").status_code == status
    assert resolve(client, "email", "c-1001").status_code == status
    assert resolve(client, "customer_id", "c-1001", "development").status_code == status
    assert resolve(client, "customer_id", "c-1001", "staging").status_code == 400


@pytest.mark.parametrize("body", ["{", "[]", '{"environment_type": "production"}'])
def test_a_body_without_an_identity_is_a_bad_request(client: Client, body: str) -> None:
    path = f"/userprofile/v1/resolve{WORKSPACE}?fields=user_identities"
    assert client.post(path, data=body).status_code == 400


@pytest.mark.parametrize("owner", ["/78/1201/5318", "/77/1202/5318", "/77/1201/9"])
def test_what_the_credential_does_not_reach_is_forbidden(client: Client, sandbox: SandboxProcess, owner: str) -> None:
    path = f"/userprofile/v1{owner}/{sandbox.profiles()[0]['mpid']}?fields=user_identities"
    assert client.get(path).status_code == 403


def test_a_profile_of_another_workspace_is_unknown(client: Client, sandbox: SandboxProcess) -> None:
    path = f"/userprofile/v1/77/1201/5319/{sandbox.profiles()[0]['mpid']}?fields=user_identities"
    assert client.get(path).status_code == 400


def test_without_a_token_or_a_grant_there_is_no_profile(client: Client, sandbox: SandboxProcess) -> None:
    mpid = sandbox.profiles()[0]["mpid"]
    with Client(sandbox) as unauthorized:
        assert look_up(unauthorized, mpid).status_code == 401
    sandbox.settings(grants={"profile": False})
    assert look_up(client, mpid).status_code == 403


def test_memberships_are_of_audiences_of_the_workspace(client: Client, everybody: list[dict[str, Any]]) -> None:
    audiences = {audience["id"]: audience for audience in client.get("/v1/audiences?accountId=1201").json()}
    memberships = [membership for profile in everybody for membership in profile["audience_memberships"]]
    assert memberships
    for membership in memberships:
        audience = audiences[membership["audience_id"]]
        assert membership["audience_name"] == audience["name"]
        assert 5318 in [workspace["id"] for workspace in audience["workspaces"]]


def test_a_deleted_audience_has_no_members(client: Client, everybody: list[dict[str, Any]]) -> None:
    profile = next(profile for profile in everybody if profile["audience_memberships"])
    gone = profile["audience_memberships"][0]
    client.delete(f"/v1/audiences/{gone['audience_id']}?accountId=1201")
    assert gone not in look_up(client, profile["mpid"]).json()["audience_memberships"]


def test_profiles_are_of_all_kinds_and_their_history_is_in_order(everybody: list[dict[str, Any]]) -> None:
    assert {profile["limit_ad_tracking"] for profile in everybody} == {True, False, None}
    assert {type(value) for profile in everybody for value in profile["user_attributes"].values()} == {str, list}
    for profile in everybody:
        assert profile["created_timestamp_ms"] < profile["last_stored_timestamp_ms"]
        for membership in profile["audience_memberships"]:
            ends = membership["expiration_timestamp_ms"]
            assert ends is None or profile["last_stored_timestamp_ms"] < ends


def test_requests_beyond_the_rate_wait_for_a_second(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.settings(profile_rate=2)
    mpid = sandbox.profiles()[0]["mpid"]
    assert [look_up(client, mpid).status_code for _ in range(4)] == [200, 200, 429, 429]
    refused = look_up(client, mpid)
    assert refused.headers["Retry-After"] == "1"
    assert refused.headers["X-mp-rate-limit-exceeded"] == "org"
    time.sleep(1)
    assert look_up(client, mpid).headers["X-mp-rate-limit-percentage-used"] == "50"


def test_both_ways_to_a_profile_share_the_rate(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.settings(profile_rate=1)
    assert look_up(client, sandbox.profiles()[0]["mpid"]).status_code == 200
    assert resolve(client, "customer_id", "c-1001").status_code == 429


def test_amounts_and_rate_can_be_given_at_the_start() -> None:
    with SandboxProcess(profiles=3, profile_rate=7, data_plans=1, audiences=0) as sandbox, Client(sandbox) as client:
        client.sign_in()
        assert len(sandbox.profiles()) == 3
        assert sandbox.settings()["profile_rate"] == 7
        assert look_up(client, sandbox.profiles()[0]["mpid"]).json()["audience_memberships"] == []
        assert len(client.get("/platform/v2/workspaces/5319/plans").json()) == 1
