import time

import pytest
from mparticle_sandbox import SandboxProcess

from tests.helpers.client import Client

V1_LISTS = (
    "/v1/accounts",
    "/v1/apps",
    "/v1/apps/881/datapoints",
    "/v1/services",
    "/v1/users",
    "/v1/workspace",
    "/v1/workspace/5318/audiences",
    "/v1/workspace/5318/partnerfeeds",
    "/v1/partnerfeeds/3141/subscriptions",
    "/v1/audiences",
)
V2_LIST = "/platform/v2/workspaces/5318/calculatedattributes"


@pytest.mark.parametrize("path", [*V1_LISTS, V2_LIST])
def test_without_a_token_nothing_is_served(sandbox: SandboxProcess, path: str) -> None:
    with Client(sandbox) as unauthorized:
        response = unauthorized.get(path, params={"accountId": "1201"})
        assert response.status_code == 401
        assert response.json()["errors"][0].keys() == {"code", "message"}


def test_a_token_the_sandbox_did_not_issue_is_refused(client: Client) -> None:
    client.headers["Authorization"] = "Bearer a.b.c"
    assert client.get("/v1/accounts?accountId=1201").status_code == 401


def test_an_expired_token_is_refused(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.settings(token_lifetime_s=1)
    client.sign_in()
    assert client.get("/v1/accounts?accountId=1201").status_code == 200
    time.sleep(1.05)
    assert client.get("/v1/accounts?accountId=1201").status_code == 401


def test_revoked_tokens_are_refused_and_later_ones_accepted(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.revoke_tokens()
    assert client.get("/v1/accounts?accountId=1201").status_code == 401
    client.sign_in()
    assert client.get("/v1/accounts?accountId=1201").status_code == 200


@pytest.mark.parametrize("path", V1_LISTS)
def test_a_missing_account_id_looks_like_missing_authorization(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 401
    assert "accountId" in response.json()["errors"][0]["message"]


@pytest.mark.parametrize("account_id", ["999", "abc", "-1"])
def test_an_unknown_account_is_not_found(client: Client, account_id: str) -> None:
    assert client.get("/v1/accounts", params={"accountId": account_id}).status_code == 404


@pytest.mark.parametrize("path", ["/v1/workspaces", "/v1/accounts/", "/platform/v2/workspace/5318", "/"])
def test_a_path_that_does_not_exist_is_not_found(client: Client, path: str) -> None:
    assert client.get(path, params={"accountId": "1201"}).status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [("PATCH", "/v1/accounts"), ("HEAD", "/v1/audiences"), ("POST", "/v1/workspace"), ("PUT", V2_LIST)],
)
def test_a_known_path_refuses_other_methods(client: Client, method: str, path: str) -> None:
    assert client.request(method, f"{path}?accountId=1201").status_code == 405


def test_a_refusal_of_v1_comes_in_the_data_envelope(client: Client) -> None:
    body = client.get("/v1/accounts/7?accountId=1201").json()
    assert body["data"] == []
    assert body["dataType"] == "account"
    assert body["errors"][0]["code"] == "NOT_FOUND"
