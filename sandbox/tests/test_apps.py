import json
import re
from typing import Any

import pytest

from tests.helpers.client import Client

NAIVE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,2}[1-9])?")
SYSTEMS = {"iOS", "tvOS", "Android", "MobileWeb", "Roku", "Alexa", "SmartTV", "FireTV", "Xbox"}


def get(client: Client, path: str) -> Any:
    return client.get(f"/v1{path}?accountId=1201").json()


def platforms(client: Client) -> list[dict[str, Any]]:
    return [platform for app in get(client, "/apps")["data"] for platform in app["platforms"]]


def services(client: Client, platform: dict[str, Any]) -> list[dict[str, Any]]:
    path = f"/apps/{platform['application_id']}/platforms/{platform['os'].lower()}/services"
    listed: list[dict[str, Any]] = get(client, path)["data"]
    return listed


def test_the_list_shows_apps_with_their_platforms_nested(client: Client) -> None:
    body = get(client, "/apps")
    assert (body["dataType"], body["errors"]) == ("application", None)
    assert [app["id"] for app in body["data"]] == [881, 882, 883]
    for app in body["data"]:
        assert app.keys() == {"id", "name", "platforms", "created_on", "last_modified_on", "data_type"}
        assert {platform["application_id"] for platform in app["platforms"]} == {app["id"]}


def test_a_platform_shows_its_key_and_keeps_its_secret(client: Client) -> None:
    for platform in platforms(client):
        assert platform.keys() == {
            "application_id", "os", "access_keys", "crash_handling", "network_performance", "social_mode",
            "profile_merging", "push_attribution_timer", "created_on", "last_modified_on", "data_type",
        }  # fmt: skip
        assert platform["os"] in SYSTEMS
        (access_key,) = platform["access_keys"]
        assert access_key.keys() == {"key", "secret", "data_type"}
        assert access_key["key"].startswith("us1-")
        assert (access_key["secret"], access_key["data_type"]) == (None, "token")


def test_a_platform_is_never_older_than_its_app(client: Client) -> None:
    for app in get(client, "/apps")["data"]:
        for platform in app["platforms"]:
            assert NAIVE.fullmatch(platform["created_on"])
            assert app["created_on"] < platform["created_on"] < platform["last_modified_on"]


def test_an_app_and_its_platforms_are_the_same_wherever_they_are_shown(client: Client) -> None:
    for app in get(client, "/apps")["data"]:
        assert get(client, f"/apps/{app['id']}")["data"] == [app]
        body = get(client, f"/apps/{app['id']}/platforms")
        assert (body["dataType"], body["data"]) == ("platform", app["platforms"])
        for platform in app["platforms"]:
            one = get(client, f"/apps/{app['id']}/platforms/{platform['os'].lower()}")
            assert (one["dataType"], one["data"]) == ("platform", [platform])


def test_every_service_of_a_platform_is_in_the_catalog_with_the_same_settings(client: Client) -> None:
    known = {
        item["name"]: [setting["name"] for setting in item["settings"]] for item in get(client, "/services")["data"]
    }
    found = [service for platform in platforms(client) for service in services(client, platform)]
    assert found
    for service in found:
        assert service.keys() == {"account", "name", "isActive", "isVisible", "settings", "data_type"}
        assert [setting["name"] for setting in service["settings"]] == known[service["name"]]


def test_keys_of_services_are_masked_and_custom_settings_are_json_in_a_text(client: Client) -> None:
    settings = [
        setting
        for platform in platforms(client)
        for service in services(client, platform)
        for setting in service["settings"]
    ]
    assert {setting["name"] for setting in settings} == {"apiKey", "useCustomerId", "customDimensions"}
    for setting in settings:
        assert setting.keys() == {"name", "value", "isConfidential"}
        assert setting["isConfidential"] == setting["value"].startswith("***") == (setting["name"] == "apiKey")
        if setting["name"] == "customDimensions":
            assert isinstance(json.loads(setting["value"]), list)


def test_a_service_that_is_set_up_twice_is_told_apart_by_its_account(client: Client) -> None:
    first, second = get(client, "/apps/881/platforms/ios/services")["data"][:2]
    assert first["name"] == second["name"]
    assert (first["account"], second["account"]) == ("Default Account", "EU Account")


@pytest.mark.parametrize(
    "path", ["/apps/1", "/apps/abc/platforms", "/apps/881/platforms/xbox", "/apps/883/platforms/ios/services"]
)
def test_unknown_apps_and_platforms_are_not_found(client: Client, path: str) -> None:
    assert client.get(f"/v1{path}?accountId=1201").status_code == 404


def test_a_platform_is_found_in_lower_case_only(client: Client) -> None:
    assert client.get("/v1/apps/881/platforms/ios?accountId=1201").status_code == 200
    assert client.get("/v1/apps/881/platforms/iOS?accountId=1201").status_code == 404


def test_other_accounts_have_no_apps(client: Client) -> None:
    assert client.get("/v1/apps?accountId=1202").json()["data"] == []
    for path in ("/v1/apps/881", "/v1/apps/881/platforms/ios/services"):
        assert client.get(f"{path}?accountId=1202").status_code == 404
