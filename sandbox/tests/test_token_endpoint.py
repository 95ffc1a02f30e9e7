from tests.helpers.client import Client


def test_the_right_credentials_get_a_bearer_token_with_its_lifetime(client: Client) -> None:
    response = client.ask_for_token()
    assert response.status_code == 200
    assert response.json().keys() == {"access_token", "expires_in", "token_type"}
    assert response.json()["expires_in"] == 28800
    assert response.json()["token_type"] == "Bearer"
    assert response.json()["access_token"].count(".") == 2


def test_every_token_is_another_one(client: Client) -> None:
    assert client.ask_for_token().json()["access_token"] != client.ask_for_token().json()["access_token"]


def test_a_wrong_secret_is_access_denied(client: Client) -> None:
    response = client.ask_for_token(client_secret="wrong")
    assert (response.status_code, response.json()["error"]) == (401, "access_denied")


def test_a_wrong_client_id_is_access_denied(client: Client) -> None:
    assert client.ask_for_token(client_id="wrong").status_code == 401


def test_the_audience_of_a_pod_is_forbidden(client: Client) -> None:
    response = client.ask_for_token(audience="https://api.eu1.mparticle.com")
    assert (response.status_code, response.json()["error"]) == (403, "access_denied")


def test_another_grant_is_forbidden(client: Client) -> None:
    response = client.ask_for_token(grant_type="password")
    assert (response.status_code, response.json()["error"]) == (403, "unauthorized_client")


def test_each_of_the_four_fields_is_required(client: Client) -> None:
    for name in ("client_id", "client_secret", "audience", "grant_type"):
        response = client.ask_for_token(**{name: None})
        assert (response.status_code, response.json()["error"]) == (400, "invalid_request")
        assert name in response.json()["error_description"]


def test_a_body_that_is_not_json_is_an_invalid_request(client: Client) -> None:
    response = client.post("/oauth/token", data="grant_type=client_credentials")
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


def test_a_response_never_repeats_the_secret(client: Client) -> None:
    assert "wrong-and-secret" not in client.ask_for_token(client_secret="wrong-and-secret").text
