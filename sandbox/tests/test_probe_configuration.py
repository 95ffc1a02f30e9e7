"""The configuration, the output and the options of the probe."""

import json
from pathlib import Path
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.cli import main

from tests.helpers.prober import Prober


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"client_id": None}, "Client ID (`client_id`)"),
        ({"client_secret": ""}, "Client Secret (`client_secret`)"),
        *(({"client_secret": text}, "Client Secret (`client_secret`)") for text in (" ", "secret-\n", "\udcff", 5)),
        *(
            ({"account_id": text}, "Account ID (`account_id`)")
            for text in (["1201"], 1201, " ", "x\n", "1\n", "\udcff")
        ),
        *(({"org_id": text}, "Organization ID (`org_id`)") for text in ("\udcff", "secret-org", 77)),
        ({"workspace_ids": "5318"}, "Workspace IDs (`workspace_ids`)"),
        ({"workspace_ids": [None]}, "Workspace IDs (`workspace_ids`)"),
        ({"workspace_ids": [[]]}, "Workspace IDs (`workspace_ids`)"),
        ({"workspace_ids": ["\udcff"]}, "Workspace IDs (`workspace_ids`)"),
        *(
            ({"profiles": {"workspace_id": text}}, "Workspace ID (`profiles.workspace_id`)")
            for text in ("\udcff", ["secret-id"], "../x")
        ),
        ({"profiles": {"identity_type": "secret-kind"}}, "Identity Type (`profiles.identity_type`)"),
        ({"profiles": {"identities": ["\udcff"]}}, "Identities (`profiles.identities`)"),
        ({"profiles": {"identities": "secret-user"}}, "Identities (`profiles.identities`)"),
        ({"profiles": {"environment": 5}}, "Environment (`profiles.environment`)"),
        ({"api_url": "https://elsewhere.example/?key=secret-key"}, "API URL (`api_url`)"),
        ({"profiles": ["secret-user"]}, "User Profiles (`profiles`)"),
        ({"api_url": "http://elsewhere.example"}, "API URL (`api_url`)"),
        ({"api_url": "http://127.999.1.1"}, "API URL (`api_url`)"),
        ({"api_url": "https://user:secret-pass@elsewhere.example"}, "API URL (`api_url`)"),
        ({"token_url": "elsewhere"}, "Token URL (`token_url`)"),
    ],
)
def test_a_configuration_that_cannot_be_used_is_one_sentence(
    sandbox: SandboxProcess, prober: Prober, changes: dict[str, Any], named: str
) -> None:
    prober.configure(sandbox, **changes)
    outcome = prober.run()
    assert (outcome.status, outcome.stdout) == (1, "")
    assert named in outcome.stderr
    assert outcome.stderr.count("\n") == 1
    assert "secret-" not in outcome.stderr
    assert sandbox.requests()["total"] == 0


@pytest.mark.parametrize("text", ["", "[]", "{", "\x00"])
def test_a_file_that_is_no_configuration_is_one_sentence(sandbox: SandboxProcess, prober: Prober, text: str) -> None:
    prober.configure(sandbox)
    prober.config_path.write_text(text)
    outcome = prober.run()
    assert (outcome.status, outcome.stderr.count("\n")) == (1, 1)


def test_a_byte_order_mark_is_no_part_of_a_configuration(sandbox: SandboxProcess, prober: Prober) -> None:
    prober.configure(sandbox)
    for path in (prober.config_path, prober.destination_path):
        path.write_text(path.read_text(), encoding="utf-8-sig")
    assert prober.run().status == 0


@pytest.mark.parametrize(
    ("destination", "named"),
    [
        ({"api_key": "k", "api_secret": "s"}, "Pod (`pod`)"),
        ({"api_key": "k", "api_secret": "s", "pod": "MARS"}, "Pod (`pod`)"),
        ({"api_key": "k", "pod": "EU1"}, "API Secret (`api_secret`)"),
    ],
)
def test_a_destination_that_cannot_be_used_is_one_sentence(
    sandbox: SandboxProcess, prober: Prober, destination: dict[str, Any], named: str
) -> None:
    prober.configure(sandbox)
    prober.destination_path.write_text(json.dumps(destination))
    outcome = prober.run()
    assert outcome.status == 1
    assert named in outcome.stderr


def test_an_output_that_cannot_be_written_is_one_sentence(
    sandbox: SandboxProcess, prober: Prober, tmp_path: Path
) -> None:
    prober.configure(sandbox)
    for output in (tmp_path / "none" / "probe.json", tmp_path, tmp_path / ("x" * 300), prober.config_path):
        outcome = prober.run("--output", str(output))
        assert (outcome.status, outcome.stdout, outcome.stderr.count("\n")) == (1, "", 1)
        assert "--output" in outcome.stderr
    assert sandbox.requests()["total"] == 0


def test_an_output_is_left_as_it_is_until_there_is_a_report(sandbox: SandboxProcess, prober: Prober) -> None:
    prober.configure(sandbox, api_url="http://127.0.0.1:1", token_url="http://127.0.0.1:1/oauth/token")
    earlier = prober.output.with_name("earlier.json")
    earlier.write_text("{}")
    assert prober.run("--output", str(earlier), destination=False).status == 1
    assert earlier.read_text() == "{}"
    link = prober.output.with_name("link.json")
    link.symlink_to(prober.output)
    assert prober.run("--output", str(link), destination=False).status == 1
    assert (link.is_symlink(), prober.output.exists()) == (True, False)


def test_a_pause_that_is_no_number_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    for pause in ("-1", "nan", "long", "1e9"):
        with pytest.raises(SystemExit):
            main(["probe", "--config", "x", "--pause", pause])
    assert "--pause" in capsys.readouterr().err
