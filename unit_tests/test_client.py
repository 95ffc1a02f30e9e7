"""One client for all requests: what it sends, what it accepts as a response, and what it never does."""

import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from requests_mock import Mocker

from source_mparticle.api.client import Client
from source_mparticle.api.envelope import records_of
from source_mparticle.api.errors import (
    AccessRefused,
    ConfigurationError,
    MparticleError,
    Unavailable,
    UnexpectedResponse,
)
from source_mparticle.api.http_session import Deadline
from unit_tests.fake_mparticle import ACCOUNTS, API, AUDIENCES, TOKEN_URL, Config, token_response

PRIVATE = f"{API}/userprofile/v1/77/1201/5318/4711"


@pytest.fixture
def client(config: Config, waits: list[float]) -> Client:
    return Client.of(config)


def tokens(mocker: Any, *issued: str) -> None:
    mocker.post(TOKEN_URL, [{"json": token_response(token)} for token in issued])


def signatures(mocker: Any) -> list[str | None]:
    return [request.headers.get("Authorization") for request in mocker.request_history if request.url != TOKEN_URL]


def test_a_request_carries_the_token_and_its_parameters(mparticle: Mocker, client: Client) -> None:
    mparticle.get(AUDIENCES, json=[])
    response = client.get(AUDIENCES, {"accountId": "1201"})
    assert (response.status, response.url, bytes(response.body)) == (200, AUDIENCES, b"[]")
    assert response
    assert signatures(mparticle) == ["Bearer a-token"]
    assert mparticle.request_history[-1].qs == {"accountid": ["1201"]}


def test_a_post_carries_its_body(mparticle: Mocker, client: Client) -> None:
    mparticle.post(PRIVATE, json={"mpid": 1})
    client.post(PRIVATE, {"fields": "a"}, {"identity": "b"})
    assert mparticle.request_history[-1].json() == {"identity": "b"}


def test_what_a_netrc_file_holds_for_the_host_is_not_sent(
    mparticle: Mocker, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    mparticle.get(AUDIENCES, json=[])
    client.get(AUDIENCES)
    assert signatures(mparticle) == ["Bearer a-token"]
    assert "Authorization" not in mparticle.request_history[0].headers


def test_a_401_is_answered_with_a_new_token_once(mparticle: Mocker, client: Client) -> None:
    tokens(mparticle, "token-1", "token-2")
    mparticle.get(AUDIENCES, [{"status_code": 401}, {"text": "[]"}])
    assert bytes(client.get(AUDIENCES).body) == b"[]"
    assert signatures(mparticle) == ["Bearer token-1", "Bearer token-2"]


def test_a_token_that_is_revoked_several_times_in_a_row_costs_waits_and_no_row(
    mparticle: Mocker, client: Client, waits: list[float]
) -> None:
    tokens(mparticle, "token-1", "token-2", "token-3", "token-4")
    mparticle.get(AUDIENCES, [{"status_code": 401}] * 3 + [{"text": "[]"}])
    assert bytes(client.get(AUDIENCES).body) == b"[]"
    assert signatures(mparticle) == [f"Bearer token-{number}" for number in (1, 2, 3, 4)]
    assert len(waits) == 2


def test_a_401_that_stays_at_one_path_does_not_make_that_of_another_final(mparticle: Mocker, client: Client) -> None:
    tokens(mparticle, *(f"token-{number}" for number in range(9)))
    mparticle.get(AUDIENCES, status_code=401)
    mparticle.get(ACCOUNTS, [{"status_code": 401}, {"text": "[]"}])
    with pytest.raises(ConfigurationError):
        client.get(AUDIENCES)
    assert bytes(client.get(ACCOUNTS).body) == b"[]"


def test_a_401_that_stays_is_believed_and_ends_all_replacing(mparticle: Mocker, client: Client) -> None:
    tokens(mparticle, *(f"token-{number}" for number in range(1, 9)))
    mparticle.get(AUDIENCES, status_code=401)
    for _ in range(2):
        with pytest.raises(ConfigurationError, match=r"check that Account ID \(`account_id`\) 1201"):
            client.get(AUDIENCES)
    assert signatures(mparticle) == [f"Bearer token-{number}" for number in (1, 2, 3, 4, 4)]


def test_requests_that_are_rejected_at_the_same_time_share_one_replacement(mparticle: Mocker, client: Client) -> None:
    tokens(mparticle, *(f"token-{number}" for number in range(20)))
    mparticle.get(AUDIENCES, status_code=401)
    together = threading.Barrier(8)

    def ask(_: Any) -> None:
        together.wait()
        with pytest.raises(ConfigurationError):
            client.get(AUDIENCES)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(8)))
    assert [request.url for request in mparticle.request_history].count(TOKEN_URL) == 1 + 3


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"status_code": 408}, "api.test.example answered HTTP 408"),
        ({"status_code": 429}, "rate limited: api.test.example answered 429. Try again in a minute."),
        ({"status_code": 500}, "api.test.example answered HTTP 500"),
        ({"status_code": 520}, "api.test.example answered HTTP 520"),
        ({"exc": requests.ConnectionError}, "No response from api.test.example: try again later"),
        ({"exc": requests.ConnectTimeout}, "No response from api.test.example: try again later"),
        ({"exc": requests.ReadTimeout}, "No response from api.test.example: try again later"),
        ({"text": ""}, "The response to /v1/audiences was cut short"),
        ({"text": '[{"id": 1}, {"id"'}, "The response to /v1/audiences was cut short"),
        (
            {"content": b"no gzip", "headers": {"Content-Encoding": "gzip"}},
            "The response to /v1/audiences was cut short",
        ),
    ],
    ids=str,
)
def test_a_transient_error_is_retried_and_named(mparticle: Mocker, client: Client, fault: Any, sentence: str) -> None:
    mparticle.get(AUDIENCES, [fault, {"text": "[]"}])
    client.get(AUDIENCES)
    assert signatures(mparticle) == ["Bearer a-token"] * 2
    mparticle.get(AUDIENCES, [fault])
    with pytest.raises(Unavailable) as caught:
        client.get(AUDIENCES)
    assert str(caught.value).startswith((sentence, f"mParticle is {sentence}"))
    assert len(signatures(mparticle)) == 2 + 6


@pytest.mark.parametrize("status", [201, 202, 203, 204, 205, 206, 299, 400, 402, 405, 406, 410, 418, 422, 451, 600])
def test_an_undocumented_status_is_named_and_not_retried(mparticle: Mocker, client: Client, status: int) -> None:
    mparticle.get(AUDIENCES, status_code=status, text="[]")
    with pytest.raises(UnexpectedResponse, match=f"/v1/audiences with HTTP {status}"):
        client.get(AUDIENCES)
    assert len(signatures(mparticle)) == 1


@pytest.mark.parametrize("status", [403, 404])
def test_a_refusal_names_the_grant_or_the_account(mparticle: Mocker, client: Client, status: int) -> None:
    mparticle.get(AUDIENCES, status_code=status)
    with pytest.raises(AccessRefused, match=r"Data Planning API|account 1201") as caught:
        client.get(AUDIENCES, grant="Data Planning API")
    assert caught.value.status == status


def test_an_expected_status_is_handed_back(mparticle: Mocker, client: Client) -> None:
    mparticle.get(AUDIENCES, status_code=404, text="<html>")
    response = client.get(AUDIENCES, expected=(400, 404))
    assert (response.status, response.body, bool(response)) == (404, b"", True)


@pytest.mark.parametrize("body", ["<html>sign in</html>", "hello", "NaN", "[NaN]"])
def test_what_is_not_json_is_not_retried(mparticle: Mocker, client: Client, body: Any) -> None:
    mparticle.get(AUDIENCES, text=body)
    with pytest.raises(UnexpectedResponse, match="/v1/audiences with something that is not a list"):
        client.get(AUDIENCES)
    assert len(signatures(mparticle)) == 1


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 305, 307, 308])
@pytest.mark.parametrize(
    ("location", "where"),
    [
        ("https://user:pass@evil.test.example:8443/x?y=z", "another host,"),
        ("//evil.test.example/x", "another host,"),
        (ACCOUNTS, "https://api.test.example,"),
        ("/v1/accounts", "another path of the same host,"),
        ("", "another path of the same host,"),
        ("http://[", "another path of the same host,"),
    ],
)
def test_no_redirect_is_followed(mparticle: Mocker, client: Client, status: int, location: Any, where: str) -> None:
    elsewhere = [
        mparticle.get(requests_mock_any, json=[]) for requests_mock_any in ("https://evil.test.example", ACCOUNTS)
    ]
    mparticle.get(AUDIENCES, status_code=status, headers={"Location": location} if location else {})
    with pytest.raises(ConfigurationError, match=r"correct API URL \(`api_url`\)") as caught:
        client.get(AUDIENCES)
    assert f"(HTTP {status}) to {where}" in str(caught.value)
    assert "pass" not in str(caught.value)
    assert not any(each.called for each in elsewhere)


@pytest.mark.parametrize("fault", [{"exc": requests.ConnectionError(PRIVATE)}, {"status_code": 403}, {"text": "<"}])
def test_a_private_address_is_in_no_message_and_no_traceback(mparticle: Mocker, client: Client, fault: Any) -> None:
    mparticle.get(PRIVATE, **fault)
    with pytest.raises(MparticleError) as caught:
        client.get(PRIVATE, shown=f"{API}/userprofile/v1")
    assert "4711" not in "".join(traceback.format_exception(caught.value))


def test_an_address_with_a_password_is_shown_without_it(mparticle: Mocker, config: Config, waits: list[float]) -> None:
    mparticle.get("https://user:pass@api.test.example/v1/audiences", status_code=503)
    with pytest.raises(Unavailable, match=r"^api\.test\.example answered"):
        Client.of(config).get("https://user:pass@api.test.example/v1/audiences")


def test_no_secret_is_quoted_from_errors_and_no_long_text(mparticle: Mocker, client: Client) -> None:
    said = "a-token of a-client-id with a-secret for <ann@example.com> " + "x" * 400
    mparticle.get(AUDIENCES, json={"data": [], "errors": [{"code": "BAD", "message": said}]})
    with pytest.raises(UnexpectedResponse) as caught:
        records_of(client.get(AUDIENCES))
    assert "BAD: ******** of ******** with ******** for <********> xxx" in str(caught.value)
    assert len(str(caught.value)) < 400


def test_a_huge_text_of_mparticles_is_quoted_at_once(mparticle: Mocker, client: Client) -> None:
    said = "x" * 5_000_000 + "ann@example.com" + " a" * 5_000_000
    mparticle.get(AUDIENCES, json={"data": [], "errors": [{"code": "BAD", "message": said}]})
    response = client.get(AUDIENCES)
    started = time.process_time()
    with pytest.raises(UnexpectedResponse) as caught:
        records_of(response)
    assert time.process_time() - started < 1
    assert str(caught.value).startswith("mParticle answered /v1/audiences with errors: BAD: ******** a a a")


def test_no_address_is_quoted_at_the_end_of_what_is_quoted(mparticle: Mocker, client: Client) -> None:
    for words in range(130, 170):
        mparticle.get(AUDIENCES, json={"data": [], "errors": ["a " * words + "ann.smith@example.com " * 100]})
        with pytest.raises(UnexpectedResponse) as caught:
            records_of(client.get(AUDIENCES))
        assert "ann" not in str(caught.value)


def test_every_secret_is_told_to_who_keeps_logs_clean(mparticle: Mocker, config: Config) -> None:
    told: list[str] = []
    mparticle.get(AUDIENCES, json=[])
    Client.of(config, learn_secret=told.append).get(AUDIENCES)
    assert told == ["a-client-id", "a-secret", "a-token"]


def test_a_dead_token_endpoint_fails_one_request_only(mparticle: Mocker, client: Client) -> None:
    mparticle.post(TOKEN_URL, status_code=503)
    for url in (AUDIENCES, ACCOUNTS, AUDIENCES):
        with pytest.raises(Unavailable, match=r"sso\.test\.example answered HTTP 503"):
            client.get(url)
    assert mparticle.call_count == 6


@pytest.mark.parametrize("fault", [{"status_code": 401}, {"status_code": 404}, {"text": "<html>"}, {"text": "{}"}])
def test_a_token_endpoint_that_has_no_token_is_asked_once(mparticle: Mocker, client: Client, fault: Any) -> None:
    mparticle.post(TOKEN_URL, **fault)
    for _ in range(3):
        with pytest.raises(MparticleError):
            client.get(AUDIENCES)
    assert mparticle.call_count == 1


@pytest.mark.parametrize("url", ["http://[", "http://", "nowhere", "ftp://x/y", "http://a b/", "http://x:y/z"])
def test_what_is_no_address_is_a_setting_to_correct(config: Config, waits: list[float], url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"No request can be sent to the address in Token URL"):
        Client.of(config | {"token_url": url}).get(AUDIENCES)


def test_a_deadline_that_is_over_ends_everything(mparticle: Mocker, config: Config) -> None:
    client = Client.of(config, deadline=Deadline(time.monotonic() - 1, 8))
    with pytest.raises(Unavailable, match="the connection check gave up after 8 seconds"):
        client.get(AUDIENCES)
