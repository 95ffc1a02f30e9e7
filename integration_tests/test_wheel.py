"""The wheel alone, as `pip install` would leave it, away from the repository."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
RUN = "import sys; from source_mparticle.run import run; sys.argv[0] = 'source-mparticle'; run()"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what the wheel holds."""
    built, installed = tmp_path_factory.mktemp("built"), tmp_path_factory.mktemp("installed")
    build = "import sys; from poetry.core.masonry.api import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(built)], cwd=ROOT, check=True)
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    return installed


@pytest.fixture
def run(installed: Any, tmp_path: Path) -> Any:
    def run(*arguments: str) -> list[dict[str, Any]]:
        environment = os.environ | {"PYTHONPATH": str(installed)}
        # A manifest of another connector in the current directory must not be taken for ours.
        (tmp_path / "manifest.yaml").write_text("type: SomebodyElses")
        done = subprocess.run(
            [sys.executable, "-c", RUN, *arguments], cwd=tmp_path, env=environment, capture_output=True, check=True
        )
        return [json.loads(line) for line in done.stdout.splitlines()]

    return run


def test_the_manifest_is_inside_the_package_and_nowhere_else(installed: Any) -> None:
    assert [path.relative_to(installed) for path in installed.rglob("manifest.yaml")] == [
        Path("source_mparticle/manifest.yaml")
    ]


def test_the_wheel_is_what_runs(installed: Any, tmp_path: Path) -> None:
    where = "from source_mparticle.manifest import manifest_path; print(manifest_path())"
    environment = os.environ | {"PYTHONPATH": str(installed)}
    done = subprocess.run(
        [sys.executable, "-c", where], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(installed / "source_mparticle" / "manifest.yaml")


def test_spec_check_and_read_run_from_another_directory(run: Any, tmp_path: Path, config: dict[str, Any]) -> None:
    (tmp_path / "config.json").write_text(json.dumps(config))
    (tmp_path / "catalog.json").write_text((ROOT / "integration_tests" / "configured_catalog.json").read_text())
    assert [message for message in run("spec") if message["type"] == "SPEC"]
    statuses = [message.get("connectionStatus") for message in run("check", "--config", "config.json")]
    assert {"status": "SUCCEEDED"} in statuses
    messages = run("read", "--config", "config.json", "--catalog", "catalog.json")
    assert sum(message["type"] == "RECORD" for message in messages) == 55
