import pytest
import requests

from source_mparticle import SourceMparticle
from unit_tests.mparticle import (
    ACCOUNTS,
    TOKEN_URL,
    WORKSPACES,
    account,
    attributes,
    envelope,
    workspace,
)


@pytest.fixture
def healthy(mparticle):
    mparticle.get(ACCOUNTS, json=envelope(account()))
    mparticle.get(WORKSPACES, json=envelope(workspace(), workspace(id="5319"), workspace(id="5320")))
    for workspace_id in (5318, 5319, 5320):
        mparticle.get(attributes(workspace_id), json=[])
    return mparticle


def check(config) -> tuple[str, str | None]:
    answer = SourceMparticle().check(None, config)
    return answer.status.value, answer.message


def asked(mocker) -> list[str]:
    return [request.url.split("?")[0] for request in mocker.request_history]


def test_a_healthy_account_passes_with_one_token(healthy, config):
    assert check(config) == ("SUCCEEDED", None)
    assert asked(healthy) == [TOKEN_URL, ACCOUNTS, WORKSPACES, attributes(5318)]


def test_every_configured_workspace_is_tried(healthy, config):
    assert check(config | {"workspace_ids": ["5320", "5318"]})[0] == "SUCCEEDED"
    assert sorted(asked(healthy)[3:]) == [attributes(5318), attributes(5320)]


def test_an_account_without_workspaces_passes(healthy, config):
    healthy.get(WORKSPACES, json=envelope())
    assert check(config)[0] == "SUCCEEDED"


@pytest.mark.parametrize(
    ("url", "answer", "sentence"),
    [
        (TOKEN_URL, {"status_code": 401}, "did not accept the Client ID and Client Secret"),
        (TOKEN_URL, {"status_code": 429, "headers": {"Retry-After": "9"}}, "rate limited: sso.test.example"),
        (TOKEN_URL, {"exc": requests.ConnectionError}, "check Token URL (`token_url`)"),
        (ACCOUNTS, {"status_code": 401}, "check that Account ID 1201"),
        (ACCOUNTS, {"status_code": 403}, "tick the Platform API"),
        (ACCOUNTS, {"status_code": 404}, "check the Account ID"),
        (ACCOUNTS, {"status_code": 429}, "rate limited: api.test.example answered 429. Try again in a minute."),
        (ACCOUNTS, {"status_code": 503}, "HTTP 503, an error on mParticle's side"),
        (ACCOUNTS, {"status_code": 418}, "HTTP 418, which it does not document"),
        (ACCOUNTS, {"text": "<html>"}, "no list of records"),
        (ACCOUNTS, {"exc": requests.ConnectTimeout}, "check API URL (`api_url`)"),
        (WORKSPACES, {"status_code": 403}, "/v1/workspace (403)"),
        (attributes(5318), {"status_code": 403}, "/platform/v2/workspaces/5318/calculatedattributes (403)"),
    ],
)
def test_a_problem_is_one_plain_sentence(healthy, config, url, answer, sentence):
    healthy.register_uri("POST" if url == TOKEN_URL else "GET", url, **answer)
    status, message = check(config)
    assert status == "FAILED"
    assert sentence in message
    assert "\n" not in message
    assert "a-secret" not in message


def test_an_unknown_workspace_is_named_with_the_known_ones(healthy, config):
    status, message = check(config | {"workspace_ids": ["5318", "77", "78"]})
    assert status == "FAILED"
    assert "Workspace ID 77, 78 is not in account 1201 (it has 5318, 5319, 5320)" in message


def test_every_request_gets_only_the_time_that_is_left(healthy, config):
    check(config)
    assert all(0 < max(request.timeout) <= 8 for request in healthy.request_history)
