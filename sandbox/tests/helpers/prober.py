"""Helper: runs the probe against a sandbox."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.cli import main
from mparticle_sandbox.testing import destination_config, source_config

SEND = "--send-development-batch"


@dataclass(frozen=True)
class Outcome:
    """What one run printed and wrote."""

    status: int
    stdout: str
    stderr: str
    report: dict[str, Any]

    def entry(self, question: str) -> dict[str, Any]:
        return next(entry for entry in self.report["answers"] if entry["id"] == question)

    def answer(self, question: str) -> Any:
        return self.entry(question)["answer"]

    @property
    def undecided(self) -> set[str]:
        """The questions that were left open."""
        return {entry["id"] for entry in self.report["answers"] if entry["verdict"] == "not decided"}

    @property
    def decided(self) -> dict[str, Any]:
        """What every question was answered, reasons included."""
        return {entry["id"]: (entry["verdict"], entry["answer"], entry["service"]) for entry in self.report["answers"]}


class Prober:
    """Runs `mparticle-sandbox probe` in this process."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.output = folder / "probe.json"
        self.config_path = folder / "config.json"
        self.destination_path = folder / "destination.json"

    def configure(self, sandbox: SandboxProcess, **changes: Any) -> None:
        """Write both configurations; None leaves an option of the source out."""
        profiles = {"workspace_id": "5318", "identity_type": "customer_id", "identities": ["c-1001"]}
        source = source_config(sandbox, **{"org_id": sandbox.org_id, "profiles": profiles, **changes})
        self.config_path.write_text(json.dumps(source))
        self.destination_path.write_text(json.dumps(destination_config(sandbox)))

    def run(self, *arguments: str, destination: bool = True) -> Outcome:
        more = ["--destination-config", str(self.destination_path)] if destination else []
        self.output.unlink(missing_ok=True)
        self._capsys.readouterr()
        command = ["probe", "--config", str(self.config_path), "--output", str(self.output), "--pause", "0"]
        status = main([*command, *more, *arguments])
        printed = self._capsys.readouterr()
        report = json.loads(self.output.read_text()) if self.output.exists() else {}
        return Outcome(status, printed.out, printed.err, report)

    def probe(self, sandbox: SandboxProcess, *arguments: str) -> Outcome:
        """Configure and run."""
        self.configure(sandbox)
        return self.run(*arguments)
