"""A configuration that writes nothing but accounts."""

from pathlib import Path
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess

from destination_mparticle.commands import failed_checks
from reliability.stored import account_names

from .harness import account_stream, catalog, files, record, run, state, with_platform

NEW = catalog("new")


@pytest.fixture
def settings(sandbox: SandboxProcess) -> Any:
    """Everything that the Events API would need is left out."""
    complete = with_platform(sandbox, account_stream("new", "append"))
    return {name: value for name, value in complete.items() if name in {"platform", "api_url", "token_url", "streams"}}


def test_accounts_need_no_key_of_an_input(sandbox: SandboxProcess, tmp_path: Path, settings: dict[str, Any]) -> None:
    assert failed_checks(settings) == []
    assert failed_checks({**settings, "streams": []}) == []

    outcome = run("write", *files(tmp_path, settings, NEW), stdin=record("new", name="North") + state("new", done=1))

    assert len(outcome.states) == 1
    assert account_names(sandbox)[1204] == "North"
    assert "Stream new: created the account with id 1204." in outcome.logs()


def test_users_beside_them_are_refused_with_the_options_that_are_missing(settings: dict[str, Any]) -> None:
    users = {"stream": "users", "object": "user", "fields": [{"field": "email", "value": "{mail}"}]}

    (message,) = failed_checks({**settings, "streams": [*settings["streams"], users]})

    assert message.startswith("Stream users: fill in API Key (`api_key`), API Secret (`api_secret`), ")
