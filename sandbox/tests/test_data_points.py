from typing import Any

import pytest

from tests.helpers.client import Client

APPS = (881, 882, 883)
FIELDS = {"name", "attribute_name", "type", "event_type", "created_on", "data_type"}
WITH_ATTRIBUTE = {"EventAttribute", "ScreenViewAttribute", "CommerceAttribute"}
WITH_EVENT_TYPE = {"Event", "EventAttribute", "Commerce", "CommerceAttribute"}
TYPES = {*WITH_ATTRIBUTE, *WITH_EVENT_TYPE, "UserAttribute", "ScreenView", "Identity"}


def get(client: Client, path: str) -> Any:
    return client.get(f"/v1{path}?accountId=1201").json()


def points(client: Client, app: int) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = get(client, f"/apps/{app}/datapoints")["data"]
    return listed


def modules(client: Client, app: int) -> list[str]:
    systems = [platform["os"].lower() for platform in get(client, f"/apps/{app}/platforms")["data"]]
    return [item["name"] for os in systems for item in get(client, f"/apps/{app}/platforms/{os}/services")["data"]]


def key(point: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(point[name] for name in ("type", "name", "attribute_name", "event_type"))


def test_an_app_has_data_points_of_every_documented_type(client: Client) -> None:
    body = get(client, "/apps/881/datapoints")
    assert (body["dataType"], body["errors"]) == ("datapoint", None)
    assert len(body["data"]) == 20
    assert {point["type"] for point in body["data"]} == TYPES


def test_attributes_and_event_types_are_null_where_the_type_has_none(client: Client) -> None:
    for point in points(client, 881):
        assert point.keys() == FIELDS
        assert (point["attribute_name"] is not None) == (point["type"] in WITH_ATTRIBUTE)
        assert (point["event_type"] is not None) == (point["type"] in WITH_EVENT_TYPE)


def test_names_and_types_tell_the_data_points_of_an_app_apart(client: Client) -> None:
    for app in APPS:
        assert len(set(map(key, points(client, app)))) == 20


def test_data_points_are_never_older_than_their_app(client: Client) -> None:
    for app in get(client, "/apps")["data"]:
        assert all(app["created_on"] < point["created_on"] for point in points(client, app["id"]))


def test_a_service_of_the_app_filters_all_of_its_data_points_and_identities(client: Client) -> None:
    module = modules(client, 881)[0]
    filters = get(client, f"/apps/881/{module}/datapoints")
    assert filters["dataType"] == "datapoint"
    assert {point.pop("enabled") for point in filters["data"]} == {True, False}
    assert filters["data"][:-2] == points(client, 881)
    assert [(point["type"], point["name"]) for point in filters["data"][-2:]] == [
        ("UserIdentity", "CustomerId"),
        ("UserIdentity", "Email"),
    ]


def test_a_service_of_the_app_says_what_happens_to_data_points_to_come(client: Client) -> None:
    defaults = []
    for module in modules(client, 881):
        body = get(client, f"/apps/881/{module}")
        assert body["dataType"] == "datapoint"
        (default,) = body["data"]
        assert (default.keys(), default["name"]) == ({"name", "sendNewDataPointsByDefault"}, module)
        defaults.append(default["sendNewDataPointsByDefault"])
    assert set(defaults) == {True, False}


def test_a_module_is_found_in_any_case_and_answers_with_its_name(client: Client) -> None:
    module = modules(client, 881)[0]
    assert get(client, f"/apps/881/{module.lower()}") == get(client, f"/apps/881/{module}")


@pytest.mark.parametrize("path", ["/apps/1/datapoints", "/apps/881/Unheard/datapoints", "/apps/881/Unheard"])
def test_unknown_apps_and_services_are_not_found(client: Client, path: str) -> None:
    assert client.get(f"/v1{path}?accountId=1201").status_code == 404


def test_a_service_that_the_app_does_not_have_is_not_found(client: Client) -> None:
    elsewhere = {service["name"] for service in get(client, "/services")["data"]} - set(modules(client, 881))
    assert elsewhere
    for module in elsewhere:
        assert client.get(f"/v1/apps/881/{module}/datapoints?accountId=1201").status_code == 404
