"""The source as generic tools and people start it."""

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from requests_mock import Mocker

from source_mparticle import SourceMparticle
from source_mparticle.manifest import manifest_path
from unit_tests.fake_mparticle import Config

ROOT = Path(__file__).resolve().parent.parent


def test_a_source_built_without_arguments_serves_every_command(mparticle: Mocker, config: Config) -> None:
    source = SourceMparticle()
    logger = logging.getLogger("airbyte")
    assert "client_id" in source.spec(logger).connectionSpecification["properties"]
    assert [stream.name for stream in source.discover(logger, config).streams][:4] == [
        "accounts",
        "workspaces",
        "audiences",
        "calculated_attributes",
    ]
    assert mparticle.call_count == 0


def test_the_manifest_of_the_repository_is_the_one_in_use() -> None:
    assert manifest_path() == ROOT / "manifest.yaml"


@pytest.mark.parametrize("command", [["main.py"], ["-m", "source_mparticle"]])
def test_spec_is_printed_from_a_checkout(command: Any) -> None:
    done = subprocess.run([sys.executable, *command, "spec"], cwd=ROOT, capture_output=True, text=True, check=True)
    messages = [json.loads(line) for line in done.stdout.splitlines()]
    assert [message for message in messages if message["type"] == "SPEC"]
