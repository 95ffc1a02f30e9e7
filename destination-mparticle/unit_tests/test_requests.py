"""What is in a request, and where it goes: its parts that do not change are prepared once."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from requests_mock import ANY, Mocker

from destination_mparticle.errors import ConfigError
from destination_mparticle.http.auth import BasicAuth
from destination_mparticle.http.call import Call
from destination_mparticle.http.client import HttpClient
from destination_mparticle.http.settings import DEFAULT_SETTINGS
from destination_mparticle.http.token_auth import TokenAuth
from unit_tests.raw_server import recording_server

URL = "https://mparticle.example.com/v2"
BASIC = "Basic dGhlLWtleTp0aGUtc2VjcmV0"
CALLS = [
    Call("POST", "/bulkevents", b"[1]"),
    Call("POST", "/bulkevents", b"[2, 3]"),
    Call("POST", "/bulkhistoricalevents", b"[4]"),
    Call("POST", "/bulkevents", b""),
    Call("GET", "/accounts", None),
    Call("DELETE", "/accounts/1", None),
    Call("DELETE", "/accounts/2", None),
    Call("PUT", "/accounts/2", '{"name":"é"}'.encode()),
    Call("PUT", "/accounts/2", b"{}"),
    Call("PUT", "/accounts/2", None),
]


@pytest.fixture
def client() -> Iterator[HttpClient]:
    opened = HttpClient(URL, BasicAuth("the-key", "the-secret"))
    yield opened
    opened.close()


def test_every_request_has_its_own_address_and_body_and_the_length_of_that(
    client: HttpClient, requests_mock: Mocker
) -> None:
    requests_mock.register_uri(ANY, ANY, status_code=202)
    # Twice, and the second time backwards, so that each follows others.
    for call in CALLS + CALLS[::-1]:
        client.send(call)
        sent = requests_mock.request_history[-1]
        assert (sent.method, sent.url) == (call.method, URL + call.path)
        assert (sent.body or b"") == (call.body or b"")
        assert int(sent.headers.get("Content-Length", 0)) == len(call.body or b"")
        assert sent.headers.get("Content-Type") == (None if call.body is None else "application/json")
        assert sent.headers["Authorization"] == BASIC


def test_cookies_go_back_as_the_server_set_them_last() -> None:
    cookies = (b"a=1; Path=/", b"a=2; Path=/", b"a=3; Path=/", b"a=; Max-Age=0; Path=/")
    head = b"HTTP/1.1 202 X\r\nConnection: close\r\nContent-Length: 0\r\n"
    answers = [head + b"Set-Cookie: %s\r\n\r\n" % cookie for cookie in cookies]
    with recording_server(*answers) as (url, received):
        client = HttpClient(url, BasicAuth("the-key", "the-secret"))
        for path in ("/bulkevents", "/bulkevents", "/bulkhistoricalevents", "/bulkhistoricalevents", "/bulkevents"):
            client.send(Call("POST", path, b"[]"))
        client.close()
    sent = [re.findall(rb"Cookie: (.*)\r\n", request) for request in received]
    assert sent == [[], [b"a=1"], [b"a=2"], [b"a=3"], []]


@pytest.mark.parametrize("host", ["*.example.com", "[1.2.3.4]", "☃.example.com"])
def test_an_address_that_cannot_be_asked_gives_no_response(host: str) -> None:
    client = HttpClient(f"http://{host}/v2", BasicAuth("the-key", "the-secret"))
    response = client.send(Call("POST", "/bulkevents", b"[]"))
    assert (response.status, response.message) == (None, "InvalidURL")
    client.close()


@pytest.mark.parametrize(
    ("environment", "used"),
    [
        ({}, {}),
        ({"https_proxy": "http://proxy:1"}, {"https": "http://proxy:1"}),
        ({"https_proxy": "http://proxy:1", "no_proxy": "example.com"}, {}),
        ({"https_proxy": "http://proxy:1", "no_proxy": "example.org"}, {"https": "http://proxy:1"}),
    ],
)
def test_the_proxy_that_the_environment_names_for_the_host_is_used(
    client: HttpClient,
    requests_mock: Mocker,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    used: dict[str, Any],
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    requests_mock.post(f"{URL}/bulkevents", status_code=202)
    for _ in range(2):
        client.send(Call("POST", "/bulkevents", b"[]"))
    for sent in requests_mock.request_history:
        assert {name: proxy for name, proxy in sent.proxies.items() if name == "https"} == used


def test_an_entry_of_netrc_is_never_sent(
    client: HttpClient, requests_mock: Mocker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("default login another password another\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    requests_mock.get(f"{URL}/accounts")
    client.send(Call("GET", "/accounts", None))
    assert requests_mock.last_request is not None
    assert requests_mock.last_request.headers["Authorization"] == BASIC


def test_an_entry_of_netrc_is_not_sent_for_a_token(
    requests_mock: Mocker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("default login another password another\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    requests_mock.post("https://tokens.example.com/", json={"access_token": "t-1"})
    requests_mock.get(f"{URL}/accounts")
    auth = TokenAuth(
        "https://tokens.example.com/",
        client_id="a-client-id",
        client_secret="a-secret",
        audience="an-audience",
        credentials_error=lambda *_: ConfigError("No."),
        settings=DEFAULT_SETTINGS,
    )
    client = HttpClient(URL, auth)
    client.send(Call("GET", "/accounts", None))
    client.close()
    assert [sent.headers.get("Authorization") for sent in requests_mock.request_history] == [None, "Bearer t-1"]
