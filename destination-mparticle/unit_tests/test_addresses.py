"""Which addresses a configuration may hold, of mParticle's APIs and of a bucket."""

from typing import Any

import pytest

from destination_mparticle.config import parse_config
from destination_mparticle.errors import ConfigError
from destination_mparticle.options import option
from unit_tests.configurations import MINIMAL, S3, errors

APIS = ["events_url", "api_url", "token_url"]
ADDRESSES = [*APIS, "s3_endpoint"]


def with_address(name: str, address: str, **changes: Any) -> dict[str, Any]:
    if name == "s3_endpoint":
        return {**MINIMAL, "object_storage_config": {**S3, name: address}, **changes}
    return {**MINIMAL, name: address, **changes}


def parsed(name: str, address: str) -> Any:
    return parse_config({**MINIMAL, name: address})


@pytest.mark.parametrize(
    ("pasted", "address"),
    [
        ("https://s2s.mparticle.com/", "https://s2s.mparticle.com/v2"),
        ("https://s2s.us1.mparticle.com", "https://s2s.us1.mparticle.com/v2"),
        ("https://s2s.us1.mparticle.com/v2", "https://s2s.us1.mparticle.com/v2"),
        ("https://s2s.us1.mparticle.com/v2/", "https://s2s.us1.mparticle.com/v2"),
        ("https://s2s.us1.mparticle.com/v2/events", "https://s2s.us1.mparticle.com/v2"),
        ("https://s2s.us1.mparticle.com/v2/bulkevents/", "https://s2s.us1.mparticle.com/v2"),
        ("http://localhost:8080", "http://localhost:8080/v2"),
        ("https://proxy.example.com/mparticle/", "https://proxy.example.com/mparticle"),
    ],
)
def test_the_address_of_the_events_api_is_taken_as_people_paste_it(pasted: str, address: str) -> None:
    assert parse_config({**MINIMAL, "events_url": pasted}).events_url == address


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize(
    "address",
    [
        "https://x.example.com/v2",
        "http://localhost:8080/v2",
        "http://127.0.0.1:1",
        "http://127.9.9.9",
        "http://[::1]:8/v2",
    ],
)
def test_addresses_are_https_or_on_this_machine(name: str, address: str) -> None:
    parse_config(with_address(name, address))


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize(
    "address",
    [
        *(
            "http://x.example.com",
            "http://mparticle-sandbox:8080",
            "http://host.docker.internal/x",
            "HTTP://x.example.com",
        ),
        *("http://localhost.example.com/", "http://127.0.0.1.example.com", "http://10.0.0.1", "http://[::2]"),
    ],
)
def test_another_machine_is_asked_in_the_open_only_where_that_is_allowed(name: str, address: str) -> None:
    sentences = errors(with_address(name, address, allow_http=False))
    assert f"(`{name}`) must be an https:// address" in sentences
    assert f"or where {option('allow_http')} is on" in sentences
    if not address.startswith("HTTP:"):
        parse_config(with_address(name, address, allow_http=True))


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize(
    "address",
    [
        *("ftp://localhost", "file:///etc/passwd", "localhost", "https://", "https:x", "https://x.example.com\n"),
        *("https://ann:pass@x.example.com", "https://ann@x.example.com/v2", "http://127.0.0.1\\@x.example.com/"),
    ],
)
def test_an_address_with_a_user_name_or_of_another_scheme_is_never_taken(name: str, address: str) -> None:
    assert f"(`{name}`) must be an https:// address" in errors(with_address(name, address, allow_http=True))


@pytest.mark.parametrize("name", APIS)
@pytest.mark.parametrize("rest", [":65536", ":99999/v2", "/#f", "/v2#", "#f", "?a=b"])
def test_an_address_to_which_no_path_can_be_added_is_named(name: str, rest: str) -> None:
    with pytest.raises(ConfigError, match=rf"\(`{name}`\) must be an https:// address"):
        parsed(name, f"https://x.example.com{rest}")


@pytest.mark.parametrize("name", APIS)
@pytest.mark.parametrize("rest", [":65535", ":443/v2", ":8080", "", "/", "/a/b%20c"])
def test_every_port_and_every_path_may_be_given(name: str, rest: str) -> None:
    assert getattr(parsed(name, f"https://x.example.com{rest}"), name).startswith("https://x.example.com")


def test_only_the_token_address_which_is_whole_may_have_a_query() -> None:
    address = "https://x.example.com/v2?a=b"
    assert parsed("token_url", address).token_url == address
    for name in ("events_url", "api_url"):
        with pytest.raises(ConfigError, match=rf"\(`{name}`\) must be .* without a user name, `\?` and `#`"):
            parsed(name, address)
