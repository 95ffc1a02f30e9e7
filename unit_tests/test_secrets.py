"""Neither a secret nor a record's value reaches a log."""

from typing import Any

import pytest
from requests_mock import Mocker

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
