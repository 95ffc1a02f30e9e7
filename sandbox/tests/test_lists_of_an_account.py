import re

from tests.helpers.client import Client


def test_workspaces_carry_their_id_as_text(client: Client) -> None:
    body = client.get("/v1/workspace?accountId=1201").json()
    assert body["dataType"] == "workspace"
    assert [workspace["id"] for workspace in body["data"]] == ["5318", "5319", "5320"]
    for workspace in body["data"]:
        assert workspace.keys() == {"id", "name", "data_type", "created_on"}
        assert re.fullmatch(r"[\d-]{10}T[\d:]{8}", workspace["created_on"])


def test_other_accounts_have_no_workspaces(client: Client) -> None:
    assert client.get("/v1/workspace?accountId=1202").json()["data"] == []


def test_audiences_are_a_bare_array(client: Client) -> None:
    audiences = client.get("/v1/audiences?accountId=1201").json()
    assert len(audiences) == 25
    assert audiences[0].keys() == {
        "id", "name", "external_name", "size", "status", "is_calculated", "added_last_24_hours",
        "dropped_last_24_hours", "created_by", "last_modified_by", "last_modified_on", "workspaces",
        "connected_outputs", "data_type",
    }  # fmt: skip


def test_audiences_show_the_workspaces_of_the_workspace_list_with_a_number_for_an_id(client: Client) -> None:
    workspaces = {
        int(workspace["id"]): workspace for workspace in client.get("/v1/workspace?accountId=1201").json()["data"]
    }
    for audience in client.get("/v1/audiences?accountId=1201").json():
        for shown in audience["workspaces"]:
            assert shown == {**workspaces[shown["id"]], "id": shown["id"]}


def test_a_workspace_lists_exactly_its_single_workspace_audiences(client: Client) -> None:
    everything = client.get("/v1/audiences?accountId=1201").json()
    for workspace_id in (5318, 5319, 5320):
        own = client.get(f"/v1/workspace/{workspace_id}/audiences?accountId=1201").json()
        assert own == [item for item in everything if [home["id"] for home in item["workspaces"]] == [workspace_id]]
    assert any(len(item["workspaces"]) > 1 for item in everything)


def test_a_workspace_of_another_account_is_not_found(client: Client) -> None:
    assert client.get("/v1/workspace/5318/audiences?accountId=1202").status_code == 404
    assert client.get("/v1/workspace/1/audiences?accountId=1201").status_code == 404


def test_a_deleted_audience_leaves_every_list(client: Client) -> None:
    audience = client.get("/v1/workspace/5318/audiences?accountId=1201").json()[0]
    assert client.delete(f"/v1/audiences/{audience['id']}?accountId=1201").status_code == 202
    for path in ("/v1/audiences", "/v1/workspace/5318/audiences"):
        assert audience not in client.get(f"{path}?accountId=1201").json()
    assert client.delete(f"/v1/audiences/{audience['id']}?accountId=1201").status_code == 404


def test_apps_nest_their_platforms_and_show_no_secret(client: Client) -> None:
    apps = client.get("/v1/apps?accountId=1201").json()
    assert apps["dataType"] == "application"
    for app in apps["data"]:
        assert client.get(f"/v1/apps/{app['id']}?accountId=1201").json()["data"] == [app]
        for platform in app["platforms"]:
            assert platform["application_id"] == app["id"]
            assert [key["secret"] for key in platform["access_keys"]] == [None]
    assert client.get("/v1/apps/1?accountId=1201").status_code == 404
