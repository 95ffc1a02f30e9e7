"""What the unit tests share: a configuration, a mocked mParticle and waits that take no time."""

from typing import Any

import pytest
import requests_mock

from unit_tests.fake_mparticle import API, TOKEN_URL, token_response


@pytest.fixture
def config() -> dict[str, Any]:
    return {
        "client_id": "an-id",
        "client_secret": "a-secret",
        "account_id": "1201",
        "api_url": API,
        "token_url": TOKEN_URL,
    }


@pytest.fixture
def mparticle():
    """Every HTTP request of the test; a token is there, anything else is for the test to add."""
    with requests_mock.Mocker() as mocker:
        mocker.post(TOKEN_URL, json=token_response())
        yield mocker


@pytest.fixture
def waits(monkeypatch) -> list[float]:
    """The seconds that the code under test would have slept; it sleeps none of them."""
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        if seconds:
            slept.append(seconds)

    monkeypatch.setattr("time.sleep", sleep)
    return slept
