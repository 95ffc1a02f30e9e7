"""The options that hold addresses: of which form they must be, and that nothing leads over plain HTTP unasked."""

import re
from ipaddress import ip_address
from itertools import product
from urllib.parse import urlsplit

import pytest
import requests
from mparticle_sandbox.probe import config as probe_config

from destination_mparticle import addresses as destination_addresses
from source_mparticle.configuration import addresses
from source_mparticle.configuration.validation import errors_in
from source_mparticle.manifest import option_spec
from unit_tests.fake_mparticle import Config

SPEC = option_spec()
MINIMAL: Config = {"client_id": "a-client-id", "client_secret": "a-client-secret", "account_id": "1201"}

API = (
    "API URL (`api_url`) must be https://host without a path (http only for this machine, or where Allow Unencrypted "
    "HTTP (`allow_http`) is on), such as "
    '"https://api.mparticle.com"; '
)
TOKEN = (
    "Token URL (`token_url`) must be https://host/path (http only for this machine, or where Allow Unencrypted "
    "HTTP (`allow_http`) is on), such as "
    '"https://sso.auth.mparticle.com/oauth/token"; '
)
CSV_URL = (
    "CSV URL (`profiles.csv_url`) must be a path, or an address in object storage or https://host/path without a user "
    "name (http only for this machine, or where Allow Unencrypted HTTP (`allow_http`) is on), such as "
    '"/data/users.csv"; '
)

# What differs from a usable configuration, and the sentence about it.
WRONG: list[tuple[Config, str]] = [
    ({"api_url": "http://api.mparticle.com"}, f'{API}it is "http://api.mparticle.com".'),
    ({"api_url": "https://api.mparticle.com/v1"}, f'{API}it is "https://api.mparticle.com/v1".'),
    ({"api_url": "https://api.mparticle.com?key=k-1"}, f'{API}it is "https://api.mparticle.com?…".'),
    ({"api_url": "https://" + "a" * 60 + "/v1"}, f'{API}it is "https://{"a" * 32}…".'),
    ({"api_url": "api.mparticle.com"}, f'{API}it is "api.mparticle.com".'),
    ({"api_url": "https://"}, f'{API}it is "https://".'),
    ({"api_url": "ftp://api.mparticle.com"}, f'{API}it is "ftp://api.mparticle.com".'),
    ({"api_url": "https://ann:pass@host"}, f"{API}it holds a user name or a password."),
    ({"api_url": "ann:pass@host"}, f"{API}it has another form."),
    ({"api_url": 443}, f"{API}it is a number without quotes."),
    ({"token_url": "https://sso.auth.mparticle.com"}, f'{TOKEN}it is "https://sso.auth.mparticle.com".'),
    ({"token_url": "http://sso.example.com/token"}, f'{TOKEN}it is "http://sso.example.com/token".'),
    ({"token_url": "https://ann:pass@host/token"}, f"{TOKEN}it holds a user name or a password."),
    ({"token_url": ["https://host/token"]}, f"{TOKEN}it is a list."),
    ({"api_url": "http://host.docker.internal"}, f'{API}it is "http://host.docker.internal".'),
    ({"api_url": "http://127.0.0.1.example.com"}, f'{API}it is "http://127.0.0.1.example.com".'),
    ({"api_url": "HTTP://x.com"}, f'{API}it is "HTTP://x.com".'),
    ({"api_url": "http://x.com", "allow_http": False}, f'{API}it is "http://x.com".'),
    ({"api_url": "http://127.0.0.1\\@x.com", "allow_http": True}, f"{API}it holds a user name or a password."),
    ({"api_url": "http://127.0.0.1\\.x.com", "allow_http": True}, f'{API}it is "http://127.0.0.1\\\\.x.com".'),
    ({"token_url": "ftp://localhost/token", "allow_http": True}, f'{TOKEN}it is "ftp://localhost/token".'),
]


@pytest.mark.parametrize(("changes", "sentence"), WRONG, ids=lambda each: str(each)[:60])
def test_a_wrong_address_is_named_with_what_it_must_be_and_what_it_is(changes: Config, sentence: str) -> None:
    (said,) = errors_in({**MINIMAL, **changes}, SPEC)
    assert sentence in said
    assert re.fullmatch(r"[A-Z][A-Za-z ]+ \(`[a-z_.]+`\) must be .+; .+\.", said)


def test_the_address_of_a_csv_file_must_be_text() -> None:
    config = {**MINIMAL, "org_id": "77", "profiles": {"workspace_id": "5318", "csv_url": ["x"]}}
    assert errors_in(config, SPEC) == [f"{CSV_URL}it is a list."]


@pytest.mark.parametrize(
    "csv_url",
    [
        "http://files.example.com/users.csv",
        "https://ann:pass@files.example.com/users.csv",
        "s3://key:secret@bucket/users.csv",
        "ftp://files.example.com/users.csv",
        "nosuch://users.csv",
        "memory://bucket/users.csv",
        "zip://users.csv::/data/users.zip",
        "s3://bucket/users.zip::http://files.example.com/x",
    ],
)
def test_a_csv_file_is_not_asked_for_in_the_open_nor_with_a_password_nor_by_other_means(csv_url: str) -> None:
    profiles = {"workspace_id": "5318", "csv_url": csv_url}
    (said,) = errors_in({**MINIMAL, "org_id": "77", "profiles": profiles}, SPEC)
    assert said.startswith(CSV_URL)
    assert "pass@" not in said
    assert "secret@" not in said


@pytest.mark.parametrize(
    "csv_url",
    [
        "/data/my users@home.csv",
        "users.csv",
        "C:\\users.csv",
        "file:///data/users.csv",
        "s3://bucket/a b@c/users.csv",
        "gs://bucket/users.csv",
        "abfss://container@account.dfs.core.windows.net/users.csv",
        "https://files.example.com/users.csv?signature=x",
        "http://localhost:9000/users.csv",
    ],
)
def test_a_csv_file_may_be_on_this_machine_in_object_storage_or_behind_https(csv_url: str) -> None:
    assert errors_in({**MINIMAL, "org_id": "77", "profiles": {"workspace_id": "5318", "csv_url": csv_url}}, SPEC) == []


# An address, and whether what is sent to it can be read on the way. The connectors and the probe agree about it.
UNENCRYPTED = {
    "https://api.mparticle.com": False,
    "HTTPS://api.mparticle.com": False,
    "http://localhost": False,
    "http://LocalHost:8080/x": False,
    "http://127.0.0.1:8080": False,
    "http://127.255.255.254/oauth/token": False,
    "http://[::1]": False,
    "http://[0:0:0:0:0:0:0:1]:80/": False,
    " http://127.0.0.1 ": False,
    "/data/users.csv": False,
    "s3://bucket/users.csv": False,
    "": False,
    "http://api.mparticle.com": True,
    "HTTP://api.mparticle.com": True,
    " http://api.mparticle.com": True,
    "http://localhost@api.mparticle.com": True,
    "http://127.0.0.1:80@api.mparticle.com": True,
    "http://127.0.0.1.example.com": True,
    "http://localhost.example.com": True,
    "http://example.com#@localhost": True,
    "http://example.com?@localhost": True,
    "http://example.com/@localhost": True,
    "http://host.docker.internal:8080": True,
    "http://0.0.0.0": True,
    "http://10.0.0.1": True,
    "http://[::]": True,
    "http://[fe80::1]": True,
    "http://2130706433": True,
    "http://0x7f.1": True,
    "http://127.999.999.999": True,
    "http://localhost.": True,
    "http://[::1": True,
    "http://": True,
    "http:": True,
    "http:/localhost/x": True,
}


@pytest.mark.parametrize(("address", "is_unencrypted"), UNENCRYPTED.items())
def test_both_connectors_and_the_probe_know_which_addresses_are_unencrypted(address: str, is_unencrypted: bool) -> None:
    assert addresses.is_unencrypted(address) is is_unencrypted
    assert destination_addresses.is_unencrypted(address) is is_unencrypted
    assert probe_config.is_unencrypted(address) is is_unencrypted


HOSTS = (
    *("localhost", "LOCALHOST", "localhost.", "127.0.0.1", "127.1", "127.0.0.1.", "2130706433", "0x7f.1"),
    *("[::1]", "[::ffff:127.0.0.1]", "[::1]x.example", "[::1%25lo]", "x.example", "127.0.0.1.x.example"),
    *("localhost\u3002x", "x\u2100mple", "localhost%2ex.example", "local\u00adhost", "l\u043ecalhost"),
    *("x.example;localhost", "x.example\\localhost", "localhost\\x.example", "localhost\tx", "x.example%23@localhost"),
    *("user@localhost", "localhost:80@x.example", "x.example#@localhost", "x.example?@localhost"),
)
ODD = [
    "".join(parts) for parts in product(("http://", "https://", "HTTP://", "http:\\\\"), HOSTS, ("", ":80", ":99999"))
]


def test_no_request_goes_over_plain_http_to_another_machine_whatever_the_address_looks_like() -> None:
    accepted = [url for url in ODD if not errors_in({**MINIMAL, "api_url": url}, SPEC)]
    assert len(accepted) > 40
    assert [url for url in accepted if is_sent_in_the_open(url)] == []


def is_sent_in_the_open(url: str) -> bool:
    """Whether `requests` would send what is meant for an address over plain HTTP to another machine."""
    try:
        sent = urlsplit(str(requests.Request("GET", f"{url}/v1/apps").prepare().url))
    except requests.exceptions.InvalidURL:
        return False
    try:
        is_here = sent.hostname == "localhost" or ip_address(str(sent.hostname)).is_loopback
    except ValueError:
        is_here = False
    return sent.scheme != "https" and not is_here
