"""What the unit tests share: a configuration, a mocked mParticle and waits that take no time."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests_mock

from unit_tests.fake_mparticle import API, TOKEN_URL, Config, token_response
from unit_tests.fake_profiles import BIG


@pytest.fixture
def config() -> Config:
    return {
        "client_id": "a-client-id",
        "client_secret": "a-secret",
        "account_id": "1201",
        "api_url": API,
        "token_url": TOKEN_URL,
    }


@pytest.fixture
def mparticle() -> Iterator[Any]:
    """Every HTTP request of the test; a token is there, anything else is for the test to add."""
    with requests_mock.Mocker() as mocker:
        mocker.post(TOKEN_URL, json=token_response())
        yield mocker


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that the code under test would have slept; it sleeps none of them."""
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        if seconds:
            slept.append(seconds)

    monkeypatch.setattr("time.sleep", sleep)
    return slept


@pytest.fixture
def options(config: Config) -> Config:
    """The profile options of a configuration that looks one user up."""
    config["org_id"] = "77"
    config["profiles"] = {"workspace_id": "5318", "identities": [str(BIG)]}
    options: Config = config["profiles"]
    return options
