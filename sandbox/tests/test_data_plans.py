from typing import Any

import pytest

from tests.helpers.client import Client

LIST = "/platform/v2/workspaces/5318/plans"
MATCHES = {
    "screen_view", "custom_event", "user_attributes", "user_identities", "product_action", "promotion_action",
    "product_impression",
}  # fmt: skip


def versions(plans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [version for plan in plans for version in plan["data_plan_versions"]]


def test_every_workspace_lists_its_plans_without_documents(client: Client) -> None:
    for workspace_id in (5318, 5319, 5320):
        plans = client.get(f"/platform/v2/workspaces/{workspace_id}/plans").json()
        assert [plan["data_plan_id"] for plan in plans] == ["shop_plan", "trips_plan"]
        assert versions(plans)
        assert not [version for version in versions(plans) if "version_document" in version]


def test_a_plan_on_its_own_has_the_document_of_every_version(client: Client) -> None:
    for listed in client.get(LIST).json():
        plan = client.get(f"{LIST}/{listed['data_plan_id']}").json()
        for version in plan["data_plan_versions"]:
            points = version.pop("version_document")["data_points"]
            assert {point["match"]["type"] for point in points} <= MATCHES
            assert {point["validator"]["type"] for point in points} == {"json_schema"}
        assert plan == listed


def test_a_version_on_its_own_is_that_of_its_plan(client: Client) -> None:
    plan = client.get(f"{LIST}/shop_plan").json()
    assert [version["version"] for version in plan["data_plan_versions"]] == [1, 2]
    for version in plan["data_plan_versions"]:
        assert client.get(f"{LIST}/shop_plan/versions/{version['version']}").json() == version


def test_versions_are_made_one_after_the_other(client: Client) -> None:
    plan = client.get(f"{LIST}/shop_plan").json()
    first, second = (version["created_on"] for version in plan["data_plan_versions"])
    assert plan["created_on"] < first < second


def test_what_was_never_modified_does_not_say_when_and_by_whom(client: Client) -> None:
    plans = client.get(LIST).json()
    for entities in (plans, versions(plans)):
        modified = [{"last_modified_on", "last_modified_by"} & entity.keys() for entity in entities]
        assert set(map(len, modified)) == {0, 2}
        for entity in entities:
            assert entity["created_on"] < entity.get("last_modified_on", "9")


@pytest.mark.parametrize("path", ["/unheard_of", "/shop_plan/versions/9", "/unheard_of/versions/1"])
def test_unknown_plans_and_versions_are_not_found(client: Client, path: str) -> None:
    response = client.get(f"{LIST}{path}")
    assert response.status_code == 404
    assert response.json()["errors"][0]["message"]


def test_plans_of_an_unknown_workspace_are_not_found(client: Client) -> None:
    assert client.get("/platform/v2/workspaces/1/plans").status_code == 404
