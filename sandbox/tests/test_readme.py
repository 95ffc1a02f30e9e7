import re
from pathlib import Path

import pytest
import requests
from mparticle_sandbox import SandboxProcess, testing
from mparticle_sandbox.cli import main
from mparticle_sandbox.probe.question import VERDICTS

README = (Path(__file__).parents[1] / "README.md").read_text()
LIVE_CHECK = (Path(__file__).parents[2] / "docs" / "live-check.md").read_text()


def test_every_setting_and_every_count_is_in_the_readme(sandbox: SandboxProcess) -> None:
    names = [*sandbox.settings(), *sandbox.events_report()]
    assert [name for name in names if f"`{name}`" not in README] == []


def test_every_key_of_a_fault_rule_is_in_the_readme(sandbox: SandboxProcess) -> None:
    sandbox.add_fault(path="/a", status=500)
    (rule,) = requests.get(f"{sandbox.url}/_sandbox/faults", timeout=5).json()
    assert [name for name in rule if f'"{name}"' not in README] == []


def test_every_name_of_the_test_kit_is_in_the_readme() -> None:
    assert [name for name in testing.__all__ if f"`{name}`" not in README and f"`{name}(" not in README] == []


def test_the_live_check_names_every_option_and_verdict_of_the_probe(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["probe", "--help"])
    options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}
    assert len(options) == 5
    assert [
        name for name in (*options, *VERDICTS) if f"`{name}`" not in LIVE_CHECK and f" {name} " not in LIVE_CHECK
    ] == []


def test_every_option_and_every_count_of_exports_is_in_the_readme(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["serve", "--help"])
    options = set(re.findall(r"--export-[a-z-]+", capsys.readouterr().out))
    assert len(options) == 11
    with SandboxProcess(export_to=tmp_path, audiences=0, profiles=0) as sandbox:
        names = [*sandbox.exports()]
    assert [name for name in (*options, *names) if f"`{name}`" not in README and f'"{name}"' not in README] == []
