import pytest
from mparticle_sandbox import SandboxProcess

from tests.helpers.client import Client

ALL_LISTS = (
    "/v1/accounts?accountId=1201",
    "/v1/workspace?accountId=1201",
    "/v1/audiences?accountId=1201",
    "/v1/apps?accountId=1201",
    "/v1/apps/881/platforms?accountId=1201",
    "/v1/apps/881/platforms/ios/services?accountId=1201",
    "/v1/apps/881/datapoints?accountId=1201",
    "/v1/services?accountId=1201",
    "/v1/users?accountId=1201",
    "/v1/workspace/5318/partnerfeeds?accountId=1201",
    "/v1/partnerfeeds/3141/subscriptions?accountId=1201",
    "/v1/workspace/5318/AdNet/serviceconfigurations?accountId=1201",
    "/platform/v2/workspaces/5318/calculatedattributes",
    "/platform/v2/workspaces/5318/plans",
    "/platform/v2/organizations/77/accounts/1201/tasks",
)


@pytest.mark.parametrize("path", ALL_LISTS)
def test_every_list_can_be_wrapped_or_bare_with_the_same_items(
    client: Client, sandbox: SandboxProcess, path: str
) -> None:
    sandbox.settings(list_shape="wrapped")
    wrapped = client.get(path).json()
    sandbox.settings(list_shape="bare")
    assert client.get(path).json() == wrapped["data"] != []
    assert wrapped["errors"] is None


@pytest.mark.parametrize("path", ALL_LISTS)
def test_a_list_can_return_200_with_errors(client: Client, sandbox: SandboxProcess, path: str) -> None:
    sandbox.settings(errors_in_200=path.partition("?")[0])
    response = client.get(path)
    assert response.status_code == 200
    assert response.json()["data"] == []
    assert response.json()["errors"][0].keys() == {"code", "message"}


def test_errors_in_200_leave_other_lists_alone(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.settings(errors_in_200="/v1/audiences")
    assert client.get("/v1/accounts?accountId=1201").json()["errors"] is None


def test_settings_are_shown_and_changed_one_at_a_time(sandbox: SandboxProcess) -> None:
    sandbox.settings(token_lifetime_s=60)
    assert sandbox.settings() == {
        "token_lifetime_s": 60,
        "list_shape": "documented",
        "errors_in_200": None,
        "rate": 270,
        "acceleration": 270,
        "profile_rate": 15,
        "grants": {"platform": True, "data_planning": True, "custom_roles": True, "profile": True},
        "missing_features": [],
        "answers": "service",
        "error_paths": "path_and_position",
        "deduplicate": True,
        "refused_value": None,
        "deletions_per_request": 100,
        "list_shapes": {},
        "id_types": "documented",
        "timestamps": "documented",
        "os_in_path": "lower",
        "service_in_path": "any",
        "statuses": {
            "missing_account": 401,
            "unknown_account": 404,
            "unknown_organization": 404,
            "unknown_workspace": 404,
            "unmatched_name": 200,
            "never_activated": 200,
            "unknown_identity": None,
            "unknown_mpid": 400,
            "wrong_secret": 401,
        },
        "form_tokens": True,
        "platform_rate_header": False,
        "compress": False,
    }


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"list_shape": "round"}, "list_shape"),
        ({"token_lifetime_s": 0}, "token_lifetime_s"),
        ({"token_lifetime_s": "60"}, "token_lifetime_s"),
        ({"errors_in_200": 7}, "errors_in_200"),
        ({"errors_in_200": ""}, "errors_in_200"),
        ({"missing_features": ["v1/*"]}, "missing_features"),
        ({"list_shapes": {"/v1/[": "bare"}}, "list_shapes"),
        ({"refused_value": 7}, "refused_value"),
        ({"colour": "blue"}, "colour"),
        ({"answers": "live"}, "answers"),
        ({"answers": ["service"]}, "answers"),
        ({"error_paths": "both"}, "error_paths"),
        ({"deduplicate": 1}, "deduplicate"),
        ({"list_shapes": {"/v1/apps": "round"}}, "list_shapes"),
        ({"list_shapes": ["/v1/apps"]}, "list_shapes"),
        ({"id_types": "float"}, "id_types"),
        ({"compress": "yes"}, "compress"),
        ({"statuses": 404}, "statuses"),
        ({"statuses": {"unknown_user": 404}}, "unknown_user"),
        ({"statuses": {"unknown_mpid": 200}}, "unknown_mpid"),
        ({"statuses": {"unknown_mpid": None}}, "unknown_mpid"),
        ({"statuses": {"wrong_secret": 503}}, "wrong_secret"),
        ({"statuses": {"missing_account": True}}, "missing_account"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_a_sentence(
    sandbox: SandboxProcess, change: dict[str, object], named: str
) -> None:
    with pytest.raises(ValueError, match=named):
        sandbox.settings(**change)


def test_reset_brings_back_data_settings_faults_and_counts(client: Client, sandbox: SandboxProcess) -> None:
    before = client.get("/v1/accounts?accountId=1201").json()
    client.delete("/v1/accounts?accountId=1203")
    sandbox.settings(list_shape="bare")
    sandbox.add_fault(path="*", status=500)
    sandbox.reset()
    assert sandbox.requests() == {"total": 0, "by_route": {}, "requests": []}
    assert client.get("/v1/accounts?accountId=1201").status_code == 401
    client.sign_in()
    assert client.get("/v1/accounts?accountId=1201").json() == before
