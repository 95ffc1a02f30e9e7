import pytest
from mparticle_sandbox import SandboxProcess

from tests.helpers.client import Client

PATHS = {
    "platform": "/v1/accounts?accountId=1201",
    "data_planning": "/platform/v2/workspaces/5318/plans",
    "custom_roles": "/platform/v2/organizations/77/accounts/1201/roles",
}


def statuses(client: Client) -> dict[str, int]:
    return {api: client.get(path).status_code for api, path in PATHS.items()}


@pytest.mark.parametrize("api", PATHS)
def test_an_api_that_is_not_granted_is_forbidden_and_the_others_are_not(
    client: Client, sandbox: SandboxProcess, api: str
) -> None:
    sandbox.settings(grants={api: False})
    assert statuses(client) == {name: 403 if name == api else 200 for name in PATHS}
    sandbox.settings(grants={api: True})
    assert set(statuses(client).values()) == {200}


def test_grants_change_one_at_a_time(sandbox: SandboxProcess) -> None:
    sandbox.settings(grants={"profile": False})
    assert sandbox.settings(grants={"platform": False})["grants"] == {
        "platform": False,
        "data_planning": True,
        "custom_roles": True,
        "profile": False,
    }


def test_calculated_attributes_are_of_the_platform_api(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.settings(grants={"platform": False})
    assert client.get("/platform/v2/workspaces/5318/calculatedattributes").status_code == 403


def test_a_missing_feature_is_not_found_in_every_workspace(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.settings(missing_features=["/platform/v2/workspaces/*/plans*"])
    assert client.get("/platform/v2/workspaces/5319/plans").status_code == 404
    assert client.get("/platform/v2/workspaces/5319/plans/shop_plan").status_code == 404
    assert client.get("/platform/v2/workspaces/5319/calculatedattributes").status_code == 200


def test_without_a_token_a_missing_feature_or_grant_does_not_show(sandbox: SandboxProcess) -> None:
    sandbox.settings(missing_features=["*"], grants={"platform": False})
    with Client(sandbox) as unauthorized:
        assert unauthorized.get(PATHS["platform"]).status_code == 401


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"grants": {"audit": True}}, "audit"),
        ({"grants": {"profile": 1}}, "true or false"),
        ({"grants": ["profile"]}, "true or false"),
        ({"missing_features": "/v1/*"}, "missing_features"),
        ({"missing_features": [1]}, "missing_features"),
        ({"profile_rate": 0}, "profile_rate"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_a_sentence(
    sandbox: SandboxProcess, change: dict[str, object], named: str
) -> None:
    with pytest.raises(ValueError, match=named):
        sandbox.settings(**change)
