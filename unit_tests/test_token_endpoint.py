import traceback

import pytest
import requests

from source_mparticle.api.problems import ConfigurationProblem, Unavailable, UnexpectedAnswer, Unreachable
from source_mparticle.api.token import Grant
from source_mparticle.api.token_endpoint import TokenEndpoint
from unit_tests.mparticle import TOKEN_URL, token_answer

ENDPOINT = TokenEndpoint(TOKEN_URL, "an-id", "a-secret")


@pytest.fixture
def waits() -> list[float]:
    """The seconds the endpoint would have slept."""
    return []


def test_the_request_is_json_with_the_audience_that_serves_every_pod(mparticle):
    assert ENDPOINT.request_once() == Grant("a-token", 28800)
    sent = mparticle.last_request
    assert sent.headers["Content-Type"] == "application/json"
    assert sent.json() == {
        "client_id": "an-id",
        "client_secret": "a-secret",
        "audience": "https://api.mparticle.com",
        "grant_type": "client_credentials",
    }
    assert sent.timeout == 30


def test_a_missing_lifetime_is_taken_as_an_hour(mparticle):
    mparticle.post(TOKEN_URL, json={"access_token": "a-token"})
    assert ENDPOINT.request_once().expires_in == 3600


@pytest.mark.parametrize("status", [400, 401, 403])
def test_refused_credentials_say_where_to_copy_them_from(mparticle, waits, status):
    mparticle.post(TOKEN_URL, status_code=status, text="<html>a-secret</html>")
    with pytest.raises(ConfigurationProblem, match="copy both again from Settings > API Credentials") as caught:
        ENDPOINT.request(sleep=waits.append)
    assert mparticle.call_count == 1
    assert waits == []
    assert "a-secret" not in str(caught.value)


def test_an_overload_is_tried_again_after_the_time_it_asks_for(mparticle, waits):
    mparticle.post(
        TOKEN_URL,
        [
            {"status_code": 429, "headers": {"Retry-After": "7"}},
            {"status_code": 503},
            {"exc": requests.ConnectionError},
            {"json": token_answer()},
        ],
    )
    assert ENDPOINT.request(sleep=waits.append).access_token == "a-token"
    assert waits == [7, 2, 4]


def test_a_wait_is_never_longer_than_a_minute(mparticle, waits):
    mparticle.post(TOKEN_URL, [{"status_code": 429, "headers": {"Retry-After": "3600"}}, {"json": token_answer()}])
    ENDPOINT.request(sleep=waits.append)
    assert waits == [60]


def test_after_four_tries_the_last_problem_comes_out(mparticle, waits):
    mparticle.post(TOKEN_URL, status_code=429)
    with pytest.raises(Unavailable, match="rate limited"):
        ENDPOINT.request(sleep=waits.append)
    assert mparticle.call_count == 4


@pytest.mark.parametrize("error", [requests.ConnectionError, requests.ReadTimeout, requests.exceptions.InvalidURL])
def test_an_unreachable_host_is_named_without_the_secret(mparticle, error):
    mparticle.post(TOKEN_URL, exc=error("a-secret was in this request"))
    with pytest.raises(Unreachable, match=r"sso\.test\.example: check the Token URL setting") as caught:
        ENDPOINT.request_once()
    assert "a-secret" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("body", ["<html>", "[]", "{}", '{"access_token": "t", "expires_in": "soon"}'])
def test_a_success_without_a_token_is_an_error(mparticle, body):
    mparticle.post(TOKEN_URL, text=body)
    with pytest.raises(UnexpectedAnswer, match="without an access token"):
        ENDPOINT.request_once()


def test_neither_id_nor_secret_is_in_the_representation():
    assert "an-id" not in repr(ENDPOINT)
    assert "a-secret" not in repr(ENDPOINT)
