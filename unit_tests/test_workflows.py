"""Continuous integration and the hooks run commands that exist, on every Python that the packages take."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
WORKFLOW: dict[str, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())
HOOKS: dict[str, Any] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
(COMPONENTS,) = [
    folders.split() for folders in re.findall(r"^COMPONENTS := (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
]
COMMANDS = [
    *(step["run"] for job in WORKFLOW["jobs"].values() for step in job["steps"] if "run" in step),
    *(hook["entry"] for repository in HOOKS["repos"] for hook in repository["hooks"]),
]


def make_targets() -> set[str]:
    lines = (ROOT / "Makefile").read_text().splitlines()
    return {name for line in lines if (match := re.match(r"([\w -]+):(?!=)", line)) for name in match[1].split()}


def test_every_make_target_and_every_script_exists() -> None:
    targets = {match[1] for command in COMMANDS if (match := re.match(r"make ([\w-]+)", command))}
    scripts = {path for command in COMMANDS for path in re.findall(r"scripts/\S+", command)}
    assert targets == {"lint", "types", "test", "audit"}
    assert targets <= make_targets()
    assert scripts
    assert all((ROOT / path).is_file() for path in scripts)


def test_every_phony_target_has_a_recipe() -> None:
    makefile = (ROOT / "Makefile").read_text()
    (phony,) = re.findall(r"^\.PHONY:((?:.*\\\n)*.*)$", makefile, re.MULTILINE)
    without = [
        name for name in phony.replace("\\\n", " ").split() if not re.search(rf"^{name}:.*\n\t", makefile, re.MULTILINE)
    ]
    assert len(phony.split()) > 10
    assert without == []


def test_the_tests_run_on_every_python_that_the_packages_take() -> None:
    versions = WORKFLOW["jobs"]["test"]["strategy"]["matrix"]["python"]
    for folder in COMPONENTS:
        (bounds,) = re.findall(
            r'requires-python = ">=3\.(\d+),<3\.(\d+)"', (ROOT / folder / "pyproject.toml").read_text()
        )
        assert versions == [f"3.{minor}" for minor in range(int(bounds[0]), int(bounds[1]))]


@pytest.mark.parametrize("image", WORKFLOW["jobs"]["image"]["strategy"]["matrix"]["include"])
def test_the_image_of_each_connector_is_built(image: dict[str, str]) -> None:
    dockerfile = (ROOT / image["folder"] / "Dockerfile").read_text()
    assert f"io.airbyte.name=airbyte/{image['connector']}\n" in dockerfile


def test_a_workflow_may_only_read() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}
