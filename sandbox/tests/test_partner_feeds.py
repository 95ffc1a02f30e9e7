import re
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess

from tests.helpers.client import Client

WORKSPACES = (5318, 5319, 5320)
SEVEN_DIGITS = re.compile(r"[\d-]{10}T[\d:]{8}\.\d{7}Z")


def get(client: Client, path: str) -> Any:
    return client.get(f"/v1{path}?accountId=1201").json()


def feeds(client: Client) -> list[dict[str, Any]]:
    return [feed for workspace in WORKSPACES for feed in get(client, f"/workspace/{workspace}/partnerfeeds")["data"]]


def subscriptions(client: Client, feed: dict[str, Any]) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = get(client, f"/partnerfeeds/{feed['id']}/subscriptions")["data"]
    return listed


def test_the_feeds_of_a_workspace_carry_their_id_as_text(client: Client) -> None:
    body = get(client, "/workspace/5318/partnerfeeds")
    assert body.keys() == {"data", "dataType", "errors"}
    assert (body["dataType"], body["errors"]) == ("partner_feed", None)
    assert [feed["id"] for feed in body["data"]] == ["3141", "3142"]
    assert {frozenset(feed) for feed in body["data"]} == {frozenset({"id", "name", "data_type", "created_on"})}


def test_a_feed_on_its_own_carries_its_id_as_a_number_and_its_type_under_another_key(client: Client) -> None:
    for listed in feeds(client):
        body = get(client, f"/partnerfeeds/{listed['id']}")
        assert body.keys() == {"data", "data_type", "errors"}
        (feed,) = body["data"]
        assert feed.keys() == {"id", "module_name", "name", "os", "is_debug", "settings", "data_type"}
        assert (str(feed["id"]), feed["name"]) == (listed["id"], listed["name"])
        assert (body["data_type"], feed["data_type"]) == ("Partner Feed", "Partner Feed")
        assert {"name": "apiKey", "value": None} in feed["settings"]


def test_subscriptions_have_seven_fraction_digits_and_a_zone(client: Client) -> None:
    body = get(client, "/partnerfeeds/3141/subscriptions")
    assert (body["data_type"], body["errors"]) == ("Partner Feed Subscription", None)
    (subscription,) = body["data"]
    assert subscription.keys() == {
        "id", "service_configuration_id", "config_name", "is_active", "settings", "data_type", "created_on",
    }  # fmt: skip
    assert SEVEN_DIGITS.fullmatch(subscription["created_on"])


def test_a_subscription_sends_to_a_configuration_of_the_same_workspace(client: Client) -> None:
    services = [service["name"] for service in get(client, "/services")["data"]]
    for workspace in WORKSPACES:
        configurations = {
            item["id"]: item
            for name in services
            for item in get(client, f"/workspace/{workspace}/{name}/serviceconfigurations")["data"]
        }
        for feed in get(client, f"/workspace/{workspace}/partnerfeeds")["data"]:
            for subscription in subscriptions(client, feed):
                configuration = configurations[subscription["service_configuration_id"]]
                assert subscription["config_name"] == configuration["name"]
                assert feed["created_on"] < subscription["created_on"]
                assert configuration["created_on"] < subscription["created_on"]


def test_a_feed_is_of_its_workspace_since_the_workspace_exists(client: Client) -> None:
    for workspace in get(client, "/workspace")["data"]:
        for feed in get(client, f"/workspace/{workspace['id']}/partnerfeeds")["data"]:
            assert workspace["created_on"] < feed["created_on"]


@pytest.mark.parametrize(
    "path", ["/workspace/1/partnerfeeds", "/partnerfeeds/1", "/partnerfeeds/abc", "/partnerfeeds/1/subscriptions"]
)
def test_unknown_workspaces_and_feeds_are_not_found(client: Client, path: str) -> None:
    assert client.get(f"/v1{path}?accountId=1201").status_code == 404


def test_feeds_belong_to_the_first_account_alone(client: Client) -> None:
    for path in ("/workspace/5318/partnerfeeds", "/partnerfeeds/3141", "/partnerfeeds/3141/subscriptions"):
        assert client.get(f"/v1{path}?accountId=1202").status_code == 404


def test_what_goes_wrong_with_a_feed_comes_in_the_envelope_of_feeds(client: Client, sandbox: SandboxProcess) -> None:
    refused = get(client, "/partnerfeeds/1")
    assert refused.keys() == {"data", "data_type", "errors"}
    sandbox.settings(errors_in_200="*/subscriptions")
    failed = get(client, "/partnerfeeds/3141/subscriptions")
    assert (failed.keys(), failed["data"]) == (refused.keys(), [])
