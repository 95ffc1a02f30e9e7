from typing import Any

import pytest

from tests.helpers.client import Client

WORKSPACES = (5318, 5319, 5320)


def get(client: Client, path: str) -> Any:
    return client.get(f"/v1{path}?accountId=1201").json()


def names(client: Client) -> list[str]:
    return [service["name"] for service in get(client, "/services")["data"]]


def configurations(client: Client, workspace: int, module: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = get(client, f"/workspace/{workspace}/{module}/serviceconfigurations")["data"]
    return listed


def test_the_catalog_names_every_service_once_with_the_settings_it_asks_for(client: Client) -> None:
    body = get(client, "/services")
    assert (body["dataType"], body["errors"]) == ("service", None)
    assert len(set(names(client))) == 12
    for service in body["data"]:
        assert service.keys() == {"name", "settings", "data_type"}
        for setting in service["settings"]:
            assert setting.keys() == {"name", "type", "is_required", "description"}
            assert setting["type"] in {"String", "Bool", "Custom"}


def test_a_service_is_found_by_its_name(client: Client) -> None:
    for service in get(client, "/services")["data"]:
        assert get(client, f"/services/{service['name']}")["data"] == [service]
    assert client.get("/v1/services/Unheard?accountId=1201").status_code == 404


def test_configurations_of_a_service_spell_their_type_as_feeds_do(client: Client) -> None:
    body = get(client, "/workspace/5318/AdNet/serviceconfigurations")
    assert body.keys() == {"data", "data_type", "errors"}
    assert (body["data_type"], body["errors"]) == ("Service Configuration", None)
    (configuration,) = body["data"]
    assert configuration.keys() == {"id", "name", "data_type", "created_on"}
    assert configuration["id"] == 30018


def test_a_module_is_found_in_any_case(client: Client) -> None:
    for name in names(client):
        assert configurations(client, 5319, name.lower()) == configurations(client, 5319, name)


def test_every_workspace_has_configurations_of_its_own_for_some_services(client: Client) -> None:
    by_workspace = {
        workspace: [item["id"] for name in names(client) for item in configurations(client, workspace, name)]
        for workspace in WORKSPACES
    }
    assert all(by_workspace.values())
    ids = [number for numbers in by_workspace.values() for number in numbers]
    assert len(set(ids)) == len(ids)
    assert [] in [configurations(client, 5318, name) for name in names(client)]


@pytest.mark.parametrize(
    "path", ["/workspace/1/AdNet/serviceconfigurations", "/workspace/5318/no/serviceconfigurations"]
)
def test_unknown_workspaces_and_services_are_not_found(client: Client, path: str) -> None:
    response = client.get(f"/v1{path}?accountId=1201")
    assert response.status_code == 404
    assert response.json().keys() == {"data", "data_type", "errors"}
