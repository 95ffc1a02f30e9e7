import re

import pytest
from mparticle_sandbox import SandboxProcess

from tests.helpers.client import Client

ACCOUNT = "/platform/v2/organizations/77/accounts/1201"


def test_roles_are_one_object_with_a_blank_in_its_timestamp(client: Client) -> None:
    manifest = client.get(f"{ACCOUNT}/roles").json()
    assert manifest.keys() == {"roles", "last_modified_on", "last_modified_by"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", manifest["last_modified_on"])
    assert {frozenset(role) for role in manifest["roles"]} == {frozenset({"role_id", "name", "description", "tasks"})}


def test_tasks_are_a_bare_array_whose_texts_are_null(client: Client) -> None:
    tasks = client.get(f"{ACCOUNT}/tasks").json()
    assert {"task_id": "audiences:view", "display_name": None, "description": None} in tasks
    assert {(task["display_name"], task["description"]) for task in tasks} == {(None, None)}


def test_every_role_is_made_of_listed_tasks(client: Client) -> None:
    listed = [task["task_id"] for task in client.get(f"{ACCOUNT}/tasks").json()]
    used = {task["task_id"] for role in client.get(f"{ACCOUNT}/roles").json()["roles"] for task in role["tasks"]}
    assert used
    assert used <= set(listed)


def test_every_account_of_the_organization_has_the_same_roles(client: Client) -> None:
    other = "/platform/v2/organizations/77/accounts/1202"
    assert client.get(f"{other}/roles").json() == client.get(f"{ACCOUNT}/roles").json()


@pytest.mark.parametrize("owner", ["organizations/78/accounts/1201", "organizations/77/accounts/9"])
@pytest.mark.parametrize("resource", ["roles", "tasks"])
def test_another_organization_or_account_is_not_found(client: Client, owner: str, resource: str) -> None:
    assert client.get(f"/platform/v2/{owner}/{resource}").status_code == 404


def test_the_organization_can_have_another_id() -> None:
    with SandboxProcess(org_id=5) as sandbox, Client(sandbox) as client:
        client.sign_in()
        assert sandbox.org_id == "5"
        assert client.get("/platform/v2/organizations/5/accounts/1201/roles").status_code == 200
        assert client.get(f"{ACCOUNT}/roles").status_code == 404
