import json
import time
import traceback
from typing import Any

import pytest
import requests
from requests_mock import Mocker

from source_mparticle.api.auth import AccessToken, TokenEndpoint
from source_mparticle.api.errors import ConfigurationError, MparticleError, Unavailable, UnexpectedResponse
from source_mparticle.api.http_session import HttpSession
from source_mparticle.api.retry import Retrier
from source_mparticle.api.transport import Transport
from unit_tests.fake_mparticle import TOKEN_URL, token_response


@pytest.fixture
def slept() -> list[float]:
    """The seconds the endpoint would have slept."""
    return []


@pytest.fixture
def ask(slept: list[float]) -> Any:
    retrier = Retrier(time.monotonic, slept.append, lambda: 1.0, lambda _: None)
    return TokenEndpoint(Transport(HttpSession(time.monotonic), retrier), TOKEN_URL, "a-client-id", "a-secret").request


def test_the_request_is_json_with_the_audience_that_serves_every_pod(mparticle: Mocker, ask: Any) -> None:
    assert ask() == AccessToken("a-token", 28800)
    sent = mparticle.request_history[-1]
    assert sent.headers["Content-Type"] == "application/json"
    assert "Authorization" not in sent.headers
    assert sent.json() == {
        "client_id": "a-client-id",
        "client_secret": "a-secret",
        "audience": "https://api.mparticle.com",
        "grant_type": "client_credentials",
    }
    timeout: Any = sent.timeout
    assert timeout == (10, 120)


@pytest.mark.parametrize("lifetime", [None, 0, -1, "soon", [], True, float("nan"), 1e400, 10**400, "", {}])
def test_a_lifetime_that_is_none_is_taken_as_an_hour(mparticle: Mocker, ask: Any, lifetime: Any) -> None:
    mparticle.post(TOKEN_URL, text=f'{{"access_token": "a-token", "expires_in": {_json(lifetime)}}}')
    assert ask().expires_in == 3600


def _json(value: Any) -> str:
    return json.dumps(value).replace("NaN", '"NaN"').replace("Infinity", '"Infinity"')


def test_a_missing_lifetime_is_taken_as_an_hour(mparticle: Mocker, ask: Any) -> None:
    mparticle.post(TOKEN_URL, json={"access_token": "a-token"})
    assert ask().expires_in == 3600


def test_a_lifetime_in_quotes_is_one(mparticle: Mocker, ask: Any) -> None:
    mparticle.post(TOKEN_URL, json={"access_token": "a-token", "expires_in": "28800"})
    assert ask().expires_in == 28800


@pytest.mark.parametrize("status", [400, 401, 403])
def test_refused_credentials_say_where_to_copy_them_from(
    mparticle: Mocker, ask: Any, slept: list[float], status: int
) -> None:
    mparticle.post(TOKEN_URL, status_code=status, text="<html>a-secret</html>")
    with pytest.raises(ConfigurationError, match="Copy both again from Settings > API Credentials") as caught:
        ask()
    assert mparticle.call_count == 1
    assert slept == []
    assert "a-secret" not in str(caught.value)


@pytest.mark.parametrize("status", [404, 405])
def test_a_wrong_path_does_not_blame_the_credentials(mparticle: Mocker, ask: Any, status: int) -> None:
    mparticle.post(TOKEN_URL, status_code=status)
    with pytest.raises(ConfigurationError, match=r"no token endpoint at /oauth/token .* Token URL \(`token_url`\)"):
        ask()
    assert mparticle.call_count == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_takes_the_credentials_along(mparticle: Mocker, ask: Any, status: int) -> None:
    elsewhere = mparticle.post("https://user:pass@evil.test.example/x", json=token_response())
    mparticle.post(TOKEN_URL, status_code=status, headers={"Location": "https://user:pass@evil.test.example/x?y=z"})
    with pytest.raises(
        ConfigurationError,
        match=r"to another host, which is not followed.*Token URL \(`token_url`\)",
    ):
        ask()
    assert not elsewhere.called


@pytest.mark.parametrize(
    "fault",
    [
        {"status_code": 408},
        {"status_code": 429},
        {"status_code": 503},
        {"text": ""},
        {"text": '{"access_token": "a-to'},
        {"exc": requests.ConnectionError},
        {"exc": requests.ReadTimeout},
    ],
    ids=str,
)
def test_a_transient_error_is_retried(mparticle: Mocker, ask: Any, slept: list[float], fault: Any) -> None:
    mparticle.post(TOKEN_URL, [fault, fault, {"json": token_response()}])
    assert ask().text == "a-token"
    assert slept == [2, 4]


def test_after_six_attempts_the_last_error_is_final_for_all(mparticle: Mocker, ask: Any) -> None:
    mparticle.post(TOKEN_URL, status_code=503)
    for _ in range(3):
        with pytest.raises(Unavailable, match="503"):
            ask()
    assert mparticle.call_count == 6


@pytest.mark.parametrize("error", [requests.ConnectionError, requests.ReadTimeout])
def test_an_unreachable_host_is_named_without_the_secret(mparticle: Mocker, ask: Any, error: Any) -> None:
    mparticle.post(TOKEN_URL, exc=error("a-secret was in this request"))
    with pytest.raises(Unavailable, match=r"sso\.test\.example: .* check Token URL \(`token_url`\)") as caught:
        ask()
    assert "a-secret" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("error", [requests.exceptions.InvalidURL, requests.exceptions.MissingSchema])
def test_an_invalid_address_is_a_setting_to_correct(mparticle: Mocker, ask: Any, error: Any) -> None:
    mparticle.post(TOKEN_URL, exc=error)
    with pytest.raises(ConfigurationError, match=r"Token URL \(`token_url`\)"):
        ask()


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        "{}",
        "null",
        '{"access_token": null}',
        '{"access_token": ""}',
        '{"access_token": 5}',
        '{"access_token": "two\\nlines"}',
        '{"access_token": "two words"}',
        '{"access_token": "t\u00f6ken"}',
        '{"access_token": "abc"}',
        pytest.param(f'{{"access_token": "{"x" * 100_000}"}}', id="100 kB"),
    ],
)
def test_a_success_without_a_token_is_an_error(mparticle: Mocker, ask: Any, body: Any) -> None:
    mparticle.post(TOKEN_URL, text=body)
    with pytest.raises(UnexpectedResponse, match=r"without an access token: check Token URL \(`token_url`\)"):
        ask()


def test_a_page_is_not_a_token(mparticle: Mocker, ask: Any) -> None:
    mparticle.post(TOKEN_URL, text="<html>a-secret</html>")
    with pytest.raises(MparticleError, match="answered with a page that is not a token") as caught:
        ask()
    assert "a-secret" not in str(caught.value)


def test_neither_id_nor_secret_nor_token_is_in_a_representation(ask: Any) -> None:
    assert "a-secret" not in repr(ask.__self__)
    assert "a-client-id" not in repr(ask.__self__)
    assert "a-token" not in repr(AccessToken("a-token", 1))
