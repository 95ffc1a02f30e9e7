import re

from tests.helpers.client import Client

LIST = "/platform/v2/workspaces/5318/calculatedattributes"
ZULU = re.compile(r"[\d-]{10}T[\d:]{8}\.\d{3}Z")


def test_the_list_is_a_bare_array_with_naive_and_zoned_timestamps(client: Client) -> None:
    attributes = client.get(LIST).json()
    assert len(attributes) == 8
    for attribute in attributes:
        assert attribute.keys() == {
            "id", "name", "description", "created_by", "created_on", "last_modified_on", "last_modified_by",
            "active_definition", "draft_definition", "audience_count", "activated_on", "activated_by",
        }  # fmt: skip
        assert not attribute["created_on"].endswith("Z")
        assert attribute["activated_on"] is None or ZULU.fullmatch(attribute["activated_on"])


def test_an_attribute_that_was_never_activated_has_only_a_draft(client: Client) -> None:
    drafts = [attribute for attribute in client.get(LIST).json() if attribute["active_definition"] is None]
    assert drafts
    for draft in drafts:
        assert (draft["activated_on"], draft["activated_by"]) == (None, None)
        assert draft["draft_definition"]["recipe_type"] == "event"
        status = client.get(f"{LIST}/{draft['id']}/activation").json()
        assert status == {
            "calculated_attribute_id": draft["id"],
            "is_active": False,
            "activated_on": None,
            "activated_by": None,
        }
        assert client.get(f"{LIST}/{draft['id']}/calculation").json()["is_calculated"] is False


def test_an_active_attribute_tells_when_it_was_activated_and_calculated(client: Client) -> None:
    active = client.get(LIST).json()[0]
    status = client.get(f"{LIST}/{active['id']}/activation").json()
    assert status == {
        "calculated_attribute_id": active["id"],
        "is_active": True,
        "activated_on": active["activated_on"],
        "activated_by": active["activated_by"],
    }
    calculation = client.get(f"{LIST}/{active['id']}/calculation").json()
    assert calculation["name"] == active["name"]
    assert (calculation["is_calculated"], calculation["calculation_percent_complete"]) == (True, 100)


def test_a_single_attribute_spells_its_data_point_and_timestamps_otherwise(client: Client) -> None:
    listed = client.get(LIST).json()[0]
    single = client.get(f"{LIST}/{listed['id']}").json()
    assert ZULU.fullmatch(single["created_on"])
    assert single["created_on"].startswith(listed["created_on"])
    assert single["active_definition"]["data_point"] == listed["active_definition"]["datapoint"]


def test_a_name_filters_the_list(client: Client) -> None:
    wanted = client.get(LIST).json()[2]
    assert client.get(LIST, params={"name": wanted["name"]}).json() == [wanted]
    assert client.get(LIST, params={"name": "unheard of"}).json() == []


def test_head_tells_whether_a_name_exists(client: Client) -> None:
    name = client.get(LIST).json()[0]["name"]
    assert client.head(LIST, params={"name": name}).status_code == 204
    assert client.head(LIST, params={"name": "unheard of"}).status_code == 404


def test_unknown_workspaces_and_attributes_are_not_found(client: Client) -> None:
    assert client.get("/platform/v2/workspaces/1/calculatedattributes").status_code == 404
    for path in ("/1", "/1/activation", "/1/calculation"):
        assert client.get(f"{LIST}{path}").status_code == 404
    elsewhere = client.get("/platform/v2/workspaces/5319/calculatedattributes").json()[0]["id"]
    assert client.get(f"{LIST}/{elsewhere}").status_code == 404
