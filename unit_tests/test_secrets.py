"""Neither a secret nor a record's value reaches a log."""

import base64
import html
import json
import re
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from requests_mock import Mocker

from source_mparticle.api.masking import Secrets
from unit_tests.fake_mparticle import (
    API,
    AUDIENCES,
    TOKEN_URL,
    Config,
    audience,
    envelope,
    read_streams,
    token_response,
)
from unit_tests.stream_cases import APP

SECRETS = ("a-very-secret-secret", "eyJ-the-token")


def everything_but_records(output: Any) -> str:
    return "\n".join(
        str(message) for message in [*output.logs, *output.trace_messages, *output.state_messages, *output.errors]
    )


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("response", [{"json": [audience(name="Precious Customers")]}, {"status_code": 401}])
def test_no_secret_no_token_and_no_value_is_in_any_message(
    mparticle: Mocker, config: Config, waits: list[float], response: Any, debug: bool
) -> None:
    config["client_secret"] = SECRETS[0]
    mparticle.post(TOKEN_URL, json=token_response(SECRETS[1]))
    mparticle.get(AUDIENCES, **response)
    output = read_streams(config, "audiences", fails="status_code" in response, debug=debug)
    text = everything_but_records(output)
    assert "audiences" in text
    for hidden in (*SECRETS, "Precious Customers", "lapsed_buyers"):
        assert hidden not in text


def test_nothing_that_is_taken_from_a_parent_is_logged_where_keys_are_not_masked(
    mparticle: Mocker, config: Config
) -> None:
    mparticle.get(f"{API}/v1/apps", json=envelope(APP))
    mparticle.get(f"{API}/v1/apps/881/platforms/android/services", json=envelope())
    output = read_streams(config | {"redact_keys": False}, "app_platform_services", debug=True)
    assert "us1-0f3c1d" not in everything_but_records(output)


SECRET = 's3cr3t+Canary/w"ith=odd%chars ü'


@pytest.mark.parametrize(
    "spelled",
    [
        SECRET,
        quote(SECRET),
        quote(SECRET, safe=""),
        re.sub("%..", lambda digits: digits[0].lower(), quote(SECRET, safe="")),
        quote_plus(SECRET),
        json.dumps(SECRET)[1:-1],
        json.dumps(SECRET, ensure_ascii=False)[1:-1],
        json.dumps(json.dumps(SECRET))[3:-3],
        SECRET.replace("/", "\\/"),
        html.escape(SECRET),
    ],
)
def test_a_secret_is_masked_in_every_spelling(spelled: str) -> None:
    assert Secrets("a-client-id", SECRET).masked(f"refused {spelled}, sorry") == "refused ********, sorry"


@pytest.mark.parametrize("before", ["", "a-client-id:", "1", "22"])
@pytest.mark.parametrize("after", ["", "1", "22"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_secret_is_masked_in_base64_wherever_it_stands_in_the_text(before: str, after: str, encode: Any) -> None:
    said = encode(f"{before}{SECRET}{after}".encode()).decode()
    masked = Secrets("a-client-id", SECRET).masked(f"Basic {said}")
    assert "********" in masked
    left = masked.removeprefix("Basic ").replace("********", "")
    assert len(left) <= len(encode(f"{before}{after}".encode())) + 5


def test_a_short_secret_in_base64_is_masked_and_no_other_word_is() -> None:
    assert "c2VjcmV0" not in Secrets("secret-4").masked(f"Basic {base64.b64encode(b'secret-4').decode()}")
    assert Secrets("abcd").masked("a word of four letters") == "a word of four letters"


@pytest.mark.parametrize(
    "address",
    [
        "jane@example.com",
        "jane%40example.com",
        "jane%2540example.com",
        "jane\uff20example.com",
        "jane&#64;example.com",
        "jane\\u0040example.com",
        '"jane doe"@example.com',
        '"jane doe"%40example.com',
    ],
)
def test_an_e_mail_address_is_masked_in_every_spelling(address: str) -> None:
    assert Secrets().masked(f"No user {address} here, 40% off") == "No user ******** here, 40% off"
