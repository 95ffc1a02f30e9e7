import re
from typing import Any

from tests.helpers.client import Client

NAIVE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,2}[1-9])?")
FIELDS = {"id", "name", "created_on", "last_modified_on", "data_type"}


def names(client: Client) -> list[str]:
    return [account["name"] for account in client.get("/v1/accounts?accountId=1201").json()["data"]]


def test_the_list_shows_the_accounts_of_the_organization_in_the_envelope(client: Client) -> None:
    body = client.get("/v1/accounts?accountId=1201").json()
    assert body.keys() == {"data", "dataType", "errors"}
    assert (body["dataType"], body["errors"]) == ("account", None)
    assert [account["id"] for account in body["data"]] == [1201, 1202, 1203]
    for account in body["data"]:
        assert account.keys() == FIELDS
        assert NAIVE.fullmatch(account["created_on"])
        assert account["created_on"] < account["last_modified_on"]


def test_one_account_is_a_list_of_one(client: Client) -> None:
    body = client.get("/v1/accounts/1202?accountId=1202").json()
    assert [account["id"] for account in body["data"]] == [1202]


def test_an_account_outside_the_account_id_is_not_found(client: Client) -> None:
    assert client.get("/v1/accounts/1202?accountId=1201").status_code == 404


def test_an_account_can_be_created_without_an_account_id(client: Client) -> None:
    response = client.post("/v1/accounts", json={"name": "Duty Free"})
    assert response.status_code == 201
    created = response.json()["data"][0]
    assert created.keys() == FIELDS
    assert client.get(f"/v1/accounts/{created['id']}?accountId={created['id']}").json()["data"] == [created]


def test_an_account_can_be_created_with_an_account_id(client: Client) -> None:
    assert client.post("/v1/accounts?accountId=1201", json={"name": "Duty Free"}).status_code == 201
    assert "Duty Free" in names(client)


def test_a_name_in_use_is_a_validation_error(client: Client) -> None:
    response = client.post("/v1/accounts", json={"name": names(client)[0]})
    assert response.status_code == 422
    assert response.json()["errors"][0]["code"] == "VALIDATION_ERROR"
    assert len(names(client)) == 3


def test_an_account_needs_a_name(client: Client) -> None:
    bodies: list[Any] = [{}, {"name": ""}, {"name": 5}, []]
    for body in bodies:
        assert client.post("/v1/accounts", json=body).status_code == 422


def test_a_body_that_is_not_json_is_a_bad_request(client: Client) -> None:
    assert client.post("/v1/accounts", data="{").status_code == 400


def test_an_account_is_renamed(client: Client) -> None:
    before = client.get("/v1/accounts/1202?accountId=1202").json()["data"][0]
    response = client.put("/v1/accounts/1202?accountId=1202", json={"name": "Duty Free"})
    assert response.status_code == 202
    after = client.get("/v1/accounts/1202?accountId=1202").json()["data"][0]
    assert after["name"] == "Duty Free"
    assert after["created_on"] == before["created_on"]
    assert after["last_modified_on"] > before["last_modified_on"]


def test_an_account_keeps_its_name_when_it_is_sent_again(client: Client) -> None:
    assert client.put("/v1/accounts/1201?accountId=1201", json={"name": names(client)[0]}).status_code == 202


def test_a_rename_to_a_name_in_use_is_refused(client: Client) -> None:
    assert client.put("/v1/accounts/1202?accountId=1202", json={"name": names(client)[0]}).status_code == 422


def test_an_account_is_deleted_by_the_documented_path_without_id(client: Client) -> None:
    assert client.delete("/v1/accounts?accountId=1203").status_code == 202
    assert len(names(client)) == 2


def test_an_account_is_deleted_by_a_path_with_id(client: Client) -> None:
    assert client.delete("/v1/accounts/1203?accountId=1203").status_code == 202
    assert client.get("/v1/accounts/1203?accountId=1203").status_code == 404


def test_an_account_that_has_applications_stays(client: Client) -> None:
    response = client.delete("/v1/accounts?accountId=1201")
    assert response.status_code == 422
    assert response.json()["errors"][0]["code"] == "VALIDATION_ERROR"
    assert len(names(client)) == 3
