import logging
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from requests_mock import Mocker

from source_mparticle import SourceMparticle
from source_mparticle.connection_check import CUSTOM_ROLES, DATA_PLANNING, PROFILES
from source_mparticle.streams.profile_streams import PROFILE_STREAMS
from unit_tests.fake_mparticle import (
    ACCOUNTS,
    API,
    TOKEN_URL,
    WORKSPACES,
    Config,
    account,
    attributes,
    envelope,
    token_response,
    workspace,
)

PLANS = f"{API}/platform/v2/workspaces/5318/plans"
ROLES = f"{API}/platform/v2/organizations/77/accounts/1201/roles"
PROFILE = f"{API}/userprofile/v1/77/1201/5318/42"
RESOLVE = f"{API}/userprofile/v1/resolve/77/1201/5318"
IDENTITY = "somebody-we-know"


@pytest.fixture
def healthy(mparticle: Mocker) -> Any:
    mparticle.get(ACCOUNTS, json=envelope(account()))
    mparticle.get(WORKSPACES, json=envelope(workspace(), workspace(id="5319"), workspace(id="5320")))
    for workspace_id in (5318, 5319, 5320):
        mparticle.get(attributes(workspace_id), json=[])
        mparticle.get(f"{API}/platform/v2/workspaces/{workspace_id}/plans", json=[])
    mparticle.get(ROLES, json={"roles": []})
    mparticle.get(PROFILE, json={"mpid": 42})
    mparticle.post(RESOLVE, json={"mpid": 42})
    return mparticle


@pytest.fixture
def everything(config: Config) -> Any:
    return config | {"org_id": "77", "profiles": {"workspace_id": "5318", "identities": ["42", "43"]}}


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """What a check says beside its status."""
    caplog.set_level(logging.INFO, "airbyte")
    return lambda: caplog.messages


def check(config: Config) -> tuple[str, Any]:
    status = SourceMparticle().check(logging.getLogger("airbyte"), config)
    return status.status.value, status.message


def asked(mocker: Any) -> list[str]:
    return sorted(request.url.split("?")[0] for request in mocker.request_history)


def test_a_healthy_account_passes_with_one_token(healthy: Any, config: Config) -> None:
    assert check(config) == ("SUCCEEDED", None)
    assert asked(healthy) == sorted([TOKEN_URL, ACCOUNTS, WORKSPACES, attributes(5318), PLANS])


def test_every_api_that_is_configured_is_tried_once(healthy: Any, everything: Any, said: Any) -> None:
    assert check(everything) == ("SUCCEEDED", None)
    assert asked(healthy) == sorted([TOKEN_URL, ACCOUNTS, WORKSPACES, attributes(5318), PLANS, ROLES, PROFILE])
    assert said() == []


def test_every_configured_workspace_is_tried(healthy: Any, config: Config) -> None:
    assert check(config | {"workspace_ids": ["5320", "5318"]})[0] == "SUCCEEDED"
    assert [url for url in asked(healthy) if "calculated" in url] == [attributes(5318), attributes(5320)]


def test_of_many_configured_workspaces_ten_are_tried(healthy: Any, config: Config) -> None:
    ids = [str(number) for number in range(100, 130)]
    healthy.get(WORKSPACES, json=envelope(*(workspace(id=each) for each in ids)))
    for each in ids:
        healthy.get(attributes(int(each)), json=[])
    healthy.get(f"{API}/platform/v2/workspaces/100/plans", json=[])
    assert check(config | {"workspace_ids": ids}) == ("SUCCEEDED", None)
    assert [url for url in asked(healthy) if "calculated" in url] == [attributes(int(each)) for each in ids[:10]]


def test_an_account_without_workspaces_passes(healthy: Any, config: Config) -> None:
    healthy.get(WORKSPACES, json=envelope())
    assert check(config)[0] == "SUCCEEDED"


@pytest.mark.parametrize(
    ("url", "grant", "streams", "status"),
    [
        (PLANS, "Data Planning API", "data_plans and data_plan_versions", 403),
        (PLANS, "Data Planning API", "data_plans and data_plan_versions", 404),
        (ROLES, "Custom Roles API", "custom_roles and role_tasks", 403),
        (ROLES, "Custom Roles API", "custom_roles and role_tasks", 404),
        # A 404 stands for an unknown user here.
        (PROFILE, "Profile API", "user_profiles and audience_memberships", 403),
    ],
)
def test_what_only_some_streams_need_is_said_and_fails_nothing(
    healthy: Any, everything: Any, said: Any, url: str, grant: Any, streams: Any, status: int
) -> None:
    healthy.get(url, status_code=status)
    assert check(everything) == ("SUCCEEDED", None)
    (note,) = said()
    assert note.startswith(f"{streams} need the {grant} and would fail: mParticle ")
    assert f"({status})" in note
    assert note.endswith("Deselect them to sync without them.")
    assert "/42" not in note


def test_the_streams_that_need_an_api_of_their_own_are_those_of_the_manifest(config: Config) -> None:
    granted: dict[str, Any] = {}
    for component in SourceMparticle(config=config).resolved_manifest["streams"]:
        for stream in component.get("streams", [component]):
            granted.setdefault(stream["retriever"]["requester"]["grant"], []).append(stream["name"])
    assert granted["Data Planning API"] == list(DATA_PLANNING[1])
    assert granted["Custom Roles API"] == list(CUSTOM_ROLES[1])
    assert PROFILES[1] == tuple(stream.stream for stream in PROFILE_STREAMS)


def test_a_user_whom_mparticle_does_not_know_is_said_without_the_identity(
    healthy: Any, everything: Any, said: Any
) -> None:
    everything["profiles"] |= {"identity_type": "customer_id", "identities": [IDENTITY]}
    healthy.post(RESOLVE, status_code=404)
    assert check(everything) == ("SUCCEEDED", None)
    (note,) = said()
    assert "does not know the first user" in note
    assert IDENTITY not in note


@pytest.mark.parametrize(
    ("profiles", "sentence"),
    [
        ({"csv_url": "/nowhere/users.csv"}, "The CSV file of identities cannot be read"),
        ({"csv_url": "{good}", "csv_column": "email"}, "The CSV file has no column email"),
        ({"csv_url": "{header}"}, "The CSV file names no user"),
        ({"csv_url": "{words}"}, "1 of the configured MPIDs are not whole numbers"),
        ({"csv_url": "{good}", "workspace_id": "77"}, "The users' workspace 77 is not in account 1201 (it has 5318, "),
    ],
    ids=str,
)
def test_users_who_cannot_be_looked_up_fail_the_check(
    healthy: Any, everything: Any, tmp_path: Path, profiles: Any, sentence: str
) -> None:
    for name, text in {"good": "mpid\n42\n", "header": "mpid\n\n", "words": f"mpid\n{IDENTITY}\n"}.items():
        (tmp_path / name).write_text(text)
        if profiles["csv_url"] == f"{{{name}}}":
            profiles = profiles | {"csv_url": str(tmp_path / name)}
    everything["profiles"] = {"workspace_id": "5318"} | profiles
    status, message = check(everything)
    assert status == "FAILED"
    assert sentence in message
    assert IDENTITY not in message


@pytest.mark.parametrize(
    ("accounts", "shown"), [([], "credential: correct"), ([account(id=7), account(id=8)], "(it shows 7, 8)")]
)
def test_an_account_that_is_not_listed_fails_the_check(healthy: Any, config: Config, accounts: Any, shown: Any) -> None:
    healthy.get(ACCOUNTS, json=envelope(*accounts))
    status, message = check(config)
    assert status == "FAILED"
    assert "mParticle shows no account 1201 to this credential" in message
    assert shown in message


@pytest.mark.parametrize("url", [TOKEN_URL, ACCOUNTS, attributes(5318)])
@pytest.mark.parametrize(
    "fault",
    [{"status_code": 503}, {"status_code": 429, "headers": {"Retry-After": "1"}}, {"exc": requests.ConnectionError}],
    ids=str,
)
def test_a_transient_error_is_retried(healthy: Any, config: Config, waits: list[float], url: str, fault: Any) -> None:
    good = {"json": token_response() if url == TOKEN_URL else envelope(account())}
    healthy.register_uri("POST" if url == TOKEN_URL else "GET", url, [fault, good])
    assert check(config) == ("SUCCEEDED", None)


def test_a_wait_that_is_longer_than_the_check_is_not_waited_for(
    healthy: Any, config: Config, waits: list[float]
) -> None:
    healthy.get(ACCOUNTS, status_code=429, headers={"Retry-After": "3600"})
    status, message = check(config)
    assert status == "FAILED"
    assert "answered 429" in message
    assert not [wait for wait in waits if wait > 8]


def test_an_error_that_nobody_thought_of_is_a_status(
    healthy: Any, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyError(IDENTITY)

    monkeypatch.setattr("source_mparticle.connection_check.records_of", fail)
    status, message = check(config)
    assert status == "FAILED"
    assert re.search(r"\(KeyError at \w+\.py:\d+\)", message)
    assert IDENTITY not in message


@pytest.mark.parametrize("wrong", [{"account_id": 1201}, {"num_workers": "8"}, {"client_id": None}])
def test_a_configuration_that_cannot_be_used_is_a_status(mparticle: Mocker, config: Config, wrong: Any) -> None:
    # Addresses of its own: a check that failed leaves requests behind, which may still try again.
    unused = {"api_url": "https://unused.test.example", "token_url": "https://unused.test.example/oauth/token"}
    status, message = check(config | unused | wrong)
    assert status == "FAILED"
    assert "must be" in message
    assert not [url for url in asked(mparticle) if "unused" in url]


@pytest.mark.parametrize(
    ("url", "response", "sentence"),
    [
        (TOKEN_URL, {"status_code": 401}, "did not accept Client ID (`client_id`)"),
        (TOKEN_URL, {"status_code": 429, "headers": {"Retry-After": "9"}}, "rate limited: sso.test.example"),
        (TOKEN_URL, {"exc": requests.ConnectionError}, "check Token URL (`token_url`)"),
        (ACCOUNTS, {"status_code": 401}, "check that Account ID (`account_id`) 1201"),
        (ACCOUNTS, {"status_code": 403}, "tick the Platform API"),
        (ACCOUNTS, {"status_code": 404}, "check Account ID (`account_id`)"),
        (ACCOUNTS, {"status_code": 429}, "rate limited: api.test.example answered 429. Try again in a minute."),
        (ACCOUNTS, {"status_code": 503}, "HTTP 503, an error on mParticle's side"),
        (ACCOUNTS, {"status_code": 418}, "HTTP 418, which it does not document"),
        (ACCOUNTS, {"text": "<html>"}, "not a list of records"),
        (ACCOUNTS, {"exc": requests.ConnectTimeout}, "check API URL (`api_url`)"),
        (WORKSPACES, {"status_code": 403}, "/v1/workspace (403)"),
        (attributes(5318), {"status_code": 403}, "/platform/v2/workspaces/5318/calculatedattributes (403)"),
    ],
)
def test_an_error_is_one_plain_sentence(healthy: Any, config: Config, url: str, response: Any, sentence: str) -> None:
    healthy.register_uri("POST" if url == TOKEN_URL else "GET", url, **response)
    status, message = check(config)
    assert status == "FAILED"
    assert sentence in message
    assert "\n" not in message
    assert "a-secret" not in message


def test_an_unknown_workspace_is_named_with_the_known_ones(healthy: Any, config: Config) -> None:
    status, message = check(config | {"workspace_ids": ["5318", "77", "78"]})
    assert status == "FAILED"
    assert "Workspace ID 77, 78 is not in account 1201 (it has 5318, 5319, 5320)" in message


@pytest.fixture
def endless_file() -> Iterator[str]:
    """The address of a file of which nothing comes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/users.csv"


def test_a_file_of_users_that_takes_longer_than_the_check_is_not_blamed_on_mparticle(
    healthy: Any, everything: Any, said: Any, endless_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("source_mparticle.connection_check.SECONDS", 1.0)
    everything["profiles"] = {"workspace_id": "5318", "csv_url": endless_file}
    assert check(everything) == ("SUCCEEDED", None)
    (note,) = said()
    assert note.startswith("Reading the file of CSV URL (`profiles.csv_url`) takes longer than the connection check")
