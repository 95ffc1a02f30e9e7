import pytest
from mparticle_sandbox.resources.users import path_id

from tests.helpers.client import Client

USERS = "/v1/users?accountId=1201"


@pytest.mark.parametrize(
    ("email", "expected"), [("ann@ex.com", "ann40ex2Ecom"), ("a.b-c_d+e@ex.com", "a2Eb-c_d2Be40ex2Ecom")]
)
def test_the_path_of_a_user_is_the_encoded_address_without_percent_signs(email: str, expected: str) -> None:
    assert path_id(email) == expected


def test_users_have_names_and_an_address_and_nothing_else(client: Client) -> None:
    body = client.get(USERS).json()
    assert (body["dataType"], body["errors"]) == ("user", None)
    assert len({user["email"] for user in body["data"]}) == 8
    for user in body["data"]:
        assert user.keys() == {"first_name", "last_name", "email", "data_type"}
        assert client.get(f"/v1/users/{path_id(user['email'])}?accountId=1201").json()["data"] == [user]


def test_whoever_made_an_audience_or_a_calculated_attribute_is_a_user(client: Client) -> None:
    emails = {user["email"] for user in client.get(USERS).json()["data"]}
    attributes = client.get("/platform/v2/workspaces/5318/calculatedattributes").json()
    audiences = client.get("/v1/audiences?accountId=1201").json()
    assert {attribute["created_by"] for attribute in attributes} <= emails
    assert {audience["created_by"] for audience in audiences} <= {email.partition("@")[0] for email in emails}


@pytest.mark.parametrize("encoded", ["kpatel", "kpatel@harbourvale.example", "kpatel%40harbourvale.example"])
def test_an_address_in_any_other_form_is_not_found(client: Client, encoded: str) -> None:
    assert client.get(f"/v1/users/{encoded}?accountId=1201").status_code == 404


def test_other_accounts_have_no_users(client: Client) -> None:
    assert client.get("/v1/users?accountId=1202").json()["data"] == []
