"""Which addresses of mParticle's APIs a configuration may hold."""

from typing import Any

import pytest

from destination_mparticle.config import parse_config
from destination_mparticle.errors import ConfigError

ADDRESSES = ["events_url", "api_url", "token_url"]


def parse(name: str, address: str) -> Any:
    minimal = {"api_key": "the-api-key", "api_secret": "the-secret", "pod": "EU1", "environment": "development"}
    return parse_config({**minimal, name: address})


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize("rest", [":65536", ":99999/v2", "/#f", "/v2#", "#f", "?a=b"])
def test_an_address_to_which_no_path_can_be_added_is_named(name: str, rest: str) -> None:
    with pytest.raises(ConfigError, match=rf"\(`{name}`\) must be an https:// address"):
        parse(name, f"https://x.example.com{rest}")


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize("rest", [":65535", ":443/v2", ":8080", "", "/", "/a/b%20c"])
def test_every_port_and_every_path_may_be_given(name: str, rest: str) -> None:
    assert getattr(parse(name, f"https://x.example.com{rest}"), name).startswith("https://x.example.com")


def test_only_the_token_address_which_is_whole_may_have_a_query() -> None:
    address = "https://x.example.com/v2?a=b"
    assert parse("token_url", address).token_url == address
    for name in ("events_url", "api_url"):
        with pytest.raises(ConfigError, match=rf"\(`{name}`\) must be .* without a user name, `\?` and `#`"):
            parse(name, address)
