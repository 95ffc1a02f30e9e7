from pathlib import Path

import requests
from mparticle_sandbox import SandboxProcess

README = (Path(__file__).parents[1] / "README.md").read_text()


def test_every_setting_and_every_count_is_in_the_readme(sandbox: SandboxProcess) -> None:
    names = [*sandbox.settings(), *sandbox.events_report()]
    assert [name for name in names if f"`{name}`" not in README] == []


def test_every_key_of_a_fault_rule_is_in_the_readme(sandbox: SandboxProcess) -> None:
    sandbox.add_fault(path="/a", status=500)
    (rule,) = requests.get(f"{sandbox.url}/_sandbox/faults", timeout=5).json()
    assert [name for name in rule if f'"{name}"' not in README] == []
