"""The settings for what sources disagree about."""

import gzip

import pytest
import requests
from mparticle_sandbox import SandboxProcess

from tests.helpers.client import Client

ACCOUNT = "accountId=1201"
ATTRIBUTES = "/platform/v2/workspaces/5318/calculatedattributes"
PROFILES = "/userprofile/v1/77/1201/5318"


@pytest.mark.parametrize(
    ("case", "status", "path"),
    [
        ("missing_account", 400, "/v1/workspace"),
        ("missing_account", 200, "/v1/workspace"),
        ("unknown_account", 403, "/v1/workspace?accountId=9"),
        ("unknown_organization", 403, "/platform/v2/organizations/9/accounts/1201/roles"),
        ("unknown_workspace", 403, "/platform/v2/workspaces/9/calculatedattributes"),
        ("unmatched_name", 404, f"{ATTRIBUTES}?name=none"),
        ("never_activated", 404, f"{ATTRIBUTES}/908/activation"),
        ("unknown_mpid", 404, f"{PROFILES}/1?fields=user_identities"),
    ],
)
def test_a_disputed_case_is_answered_with_the_status_that_is_set(
    client: Client, sandbox: SandboxProcess, case: str, status: int, path: str
) -> None:
    assert client.get(path).status_code == sandbox.settings()["statuses"][case] != status
    sandbox.settings(statuses={case: status})
    assert client.get(path).status_code == status


@pytest.mark.parametrize(("answers", "status"), [("service", 404), ("documented", 400)])
def test_an_unknown_identity_follows_the_answers_unless_its_status_is_set(
    client: Client, sandbox: SandboxProcess, answers: str, status: int
) -> None:
    sandbox.settings(answers=answers)
    body = {"environment_type": "production", "identity": {"type": "customer_id", "value": "nobody"}}
    path = "/userprofile/v1/resolve/77/1201/5318?fields=user_identities"
    assert client.post(path, json=body).status_code == status
    sandbox.settings(statuses={"unknown_identity": 422})
    assert client.post(path, json=body).status_code == 422


def test_without_an_account_200_shows_the_first_account(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.settings(statuses={"missing_account": 200})
    assert client.get("/v1/workspace").json() == client.get(f"/v1/workspace?{ACCOUNT}").json()


def test_a_list_can_have_a_shape_of_its_own(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.settings(list_shape="bare", list_shapes={"/v1/*audiences": "wrapped"})
    assert "data" in client.get(f"/v1/workspace/5318/audiences?{ACCOUNT}").json()
    assert isinstance(client.get(f"/v1/apps?{ACCOUNT}").json(), list)


def test_ids_can_all_be_numbers_or_texts(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.settings(id_types="integer")
    assert client.get(f"/v1/workspace?{ACCOUNT}").json()["data"][0]["id"] == 5318
    sandbox.settings(id_types="text")
    assert client.get(f"/v1/apps?{ACCOUNT}").json()["data"][0]["id"] == "881"
    assert client.get(f"/v1/users?{ACCOUNT}").json()["data"][0]["first_name"]


def test_times_of_lists_can_have_a_zone(client: Client, sandbox: SandboxProcess) -> None:
    before = client.get(f"/v1/apps?{ACCOUNT}").json()["data"][0]
    sandbox.settings(timestamps="zoned")
    after = client.get(f"/v1/apps?{ACCOUNT}").json()["data"][0]
    assert after["created_on"] == f"{before['created_on']}Z"
    assert after["platforms"][0]["created_on"] == f"{before['platforms'][0]['created_on']}Z"
    (attribute, *_) = client.get(ATTRIBUTES).json()
    assert attribute["activated_on"].count("Z") == 1


def test_an_operating_system_in_a_path_can_be_in_any_case(client: Client, sandbox: SandboxProcess) -> None:
    path = f"/v1/apps/881/platforms/iOS/services?{ACCOUNT}"
    assert client.get(path).status_code == 404
    sandbox.settings(os_in_path="any")
    assert client.get(path).status_code == 200


def test_a_service_in_a_path_can_be_taken_as_listed_only(client: Client, sandbox: SandboxProcess) -> None:
    path = f"/v1/workspace/5318/adnet/serviceconfigurations?{ACCOUNT}"
    assert client.get(path).status_code == 200
    sandbox.settings(service_in_path="listed")
    assert client.get(path).status_code == 404
    assert client.get(path.replace("adnet", "AdNet")).status_code == 200


def test_the_token_endpoint_takes_a_form_unless_told_otherwise(client: Client, sandbox: SandboxProcess) -> None:
    form = {
        "client_id": sandbox.client_id,
        "client_secret": sandbox.client_secret,
        "audience": "https://api.mparticle.com",
        "grant_type": "client_credentials",
    }
    assert client.post("/oauth/token", data=form).json()["token_type"] == "Bearer"
    assert client.post("/oauth/token", data={**form, "client_secret": "wrong"}).status_code == 401
    sandbox.settings(form_tokens=False)
    assert client.post("/oauth/token", data=form).status_code == 400


def test_a_wrong_secret_can_have_another_status(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.settings(statuses={"wrong_secret": 403})
    assert client.ask_for_token(client_secret="wrong").status_code == 403


@pytest.mark.parametrize(
    "path", [f"/v1/apps?{ACCOUNT}", ATTRIBUTES, "/platform/v2/organizations/77/accounts/1201/roles"]
)
def test_the_platform_api_can_say_how_much_of_its_rate_is_used(
    client: Client, sandbox: SandboxProcess, path: str
) -> None:
    header = "X-mp-rate-limit-percentage-used"
    assert header not in client.get(path).headers
    sandbox.settings(platform_rate_header=True)
    assert client.get(path).headers[header] == "0"


def test_responses_can_be_compressed(client: Client, sandbox: SandboxProcess) -> None:
    plain = client.get(f"/v1/apps?{ACCOUNT}")
    assert "Content-Encoding" not in plain.headers
    sandbox.settings(compress=True)
    with client.get(f"/v1/apps?{ACCOUNT}", stream=True) as response:
        assert response.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(response.raw.read()) == plain.content
    assert requests.get(f"{sandbox.url}/_sandbox/settings", timeout=5).headers.get("Content-Encoding") is None
