"""A command imports what it needs and nothing else: Airbyte starts a process for each."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from unit_tests.configurations import MINIMAL

# Runs the command that follows, and prints what was imported for it.
IMPORTS_OF = """
import os, sys
from destination_mparticle import run
leave = run.leave
def report(code):
    print(*sys.modules, file=sys.stderr)
    leave(code)
run.leave = report
run.run()
"""
STREAM = {
    "stream": {"name": "users", "json_schema": {}, "supported_sync_modes": ["full_refresh"]},
    "sync_mode": "full_refresh",
    "destination_sync_mode": "append",
}
EVERYTHING = {"airbyte_cdk", "fsspec", "jsonschema", "msgspec", "pendulum", "requests", "yaml"}


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    contents: dict[str, Any] = {
        # Nothing listens there, and nothing has to.
        "--config": MINIMAL | {"events_url": "http://127.0.0.1:9/v2"},
        "--catalog": {"streams": [STREAM]},
    }
    for option, content in contents.items():
        (tmp_path / option).write_text(json.dumps(content))
    return {option: str(tmp_path / option) for option in contents}


def packages_of(name: str, *arguments: str) -> set[str]:
    """The packages, and modules of our own, that are imported by the time that a command is done."""
    run = [sys.executable, "-c", IMPORTS_OF, name, *arguments]
    done = subprocess.run(run, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    modules = done.stderr.split()
    return {module.partition(".")[0] for module in modules} | {m for m in modules if m.startswith("destination_")}


def test_a_spec_imports_nothing_but_what_prints_it() -> None:
    imported = packages_of("spec")
    assert "destination_mparticle.options" in imported
    assert imported & EVERYTHING == set()
    assert "destination_mparticle.sync" not in imported


def test_a_check_imports_what_validates_and_sends_and_nothing_that_writes(files: dict[str, str]) -> None:
    imported = packages_of("check", "--config", files["--config"])
    assert {"jsonschema", "requests"} <= imported
    assert imported & {"airbyte_cdk", "fsspec", "yaml", "destination_mparticle.sync"} == set()


def test_a_write_imports_neither_the_cdk_nor_the_connection_check(files: dict[str, str]) -> None:
    imported = packages_of("write", *(part for option in files.items() for part in option))
    assert "destination_mparticle.sync" in imported
    assert imported & {"airbyte_cdk", "yaml", "destination_mparticle.check"} == set()
