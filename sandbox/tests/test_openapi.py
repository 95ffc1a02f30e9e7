"""`/openapi.json` describes every route of the sandbox, and nothing else."""

from typing import Any

import pytest
from mparticle_sandbox.app import build_app
from mparticle_sandbox.core.catalog import Catalog
from mparticle_sandbox.core.options import Options
from mparticle_sandbox.state import Sandbox
from mparticle_sandbox.web.routing import ApiRoute

from tests.helpers.client import Client

METHODS = {"get", "head", "post", "put", "patch", "delete", "options"}
ROUTES = build_app(Sandbox(Options(), Catalog())).routes


@pytest.fixture
def description(client: Client) -> dict[str, Any]:
    content: dict[str, Any] = client.get("/openapi.json").json()
    return content


def methods(path: dict[str, Any]) -> set[str]:
    return path.keys() & METHODS


def an_address(path: str, parameters: list[dict[str, Any]]) -> str:
    return path.format(**{each["name"]: 7 if each["schema"]["type"] == "integer" else "x" for each in parameters})


def test_every_route_is_described(description: dict[str, Any]) -> None:
    for route in ROUTES:
        assert isinstance(route, ApiRoute), f"make {route} an ApiRoute"
        assert methods(description["paths"][route.path_format]) == {method.lower() for method in route.operations}
        for method, operation in route.operations.items():
            assert operation.summary.endswith("."), f"describe the handler of {method} {route.path}"
            assert any(status < 300 for status in operation.responses), f"{method} {route.path} never succeeds"


def test_what_is_described_exists_and_other_methods_are_refused(client: Client, description: dict[str, Any]) -> None:
    for path, item in description["paths"].items():
        address = an_address(path, item.get("parameters", []))
        for method in METHODS:
            response = client.request(method, address, headers={"Authorization": ""})
            is_described = method in methods(item)
            assert (response.status_code != 405) == is_described, (method, path)
            assert "No resource has this path" not in response.text
            if not is_described:
                allowed = {name.lower() for name in response.headers["Allow"].split(", ")}
                assert allowed == methods(item)


def test_credentials_are_described_where_they_are_asked_for(client: Client, description: dict[str, Any]) -> None:
    for path, item in description["paths"].items():
        address = an_address(path, item.get("parameters", []))
        for method in methods(item):
            response = client.request(method, address, headers={"Authorization": ""})
            asked = response.status_code == 401 or (response.status_code == 403 and not response.content)
            assert asked == bool(item[method]["security"]), (method, path)


def test_operation_ids_are_unique(description: dict[str, Any]) -> None:
    ids = [item[method]["operationId"] for item in description["paths"].values() for method in methods(item)]
    assert len(ids) == len(set(ids))


def test_asking_for_the_description_is_neither_counted_nor_subject_to_faults(client: Client) -> None:
    client.sandbox.add_fault(path="*", status=503)
    assert client.get("/openapi.json").status_code == 200
    assert client.sandbox.requests()["total"] == 0
