"""The script that runs all tests ends what it has started, and fails where anything fails."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

SCRIPT = Path(__file__).parents[1] / "scripts" / "run_tests.py"
WAITING_TEST = """
import os, pathlib, time

def test_waits():
    pathlib.Path("new").write_text(str(os.getpid()))
    pathlib.Path("new").rename("pid")
    time.sleep(60)
"""


def component(folder: Path, test: str) -> Path:
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = timing\n")
    (folder / "test_it.py").write_text(test)
    return folder


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, SCRIPT, *arguments], capture_output=True, text=True, check=False)


def test_a_signal_ends_the_tests_too(tmp_path: Path) -> None:
    folder = component(tmp_path, WAITING_TEST)
    with subprocess.Popen([sys.executable, SCRIPT, folder], stdout=subprocess.DEVNULL) as process:
        ends = time.monotonic() + 60
        while not (folder / "pid").exists():
            assert time.monotonic() < ends
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 143
    assert not psutil.pid_exists(int((folder / "pid").read_text()))


def test_what_fails_beside_the_tests_fails_the_run(tmp_path: Path) -> None:
    folder = component(tmp_path, "def test_passes():\n    pass\n")
    done = run("--beside", "sh -c 'echo wrong; exit 3'", folder)
    assert done.returncode == 1
    assert "wrong" in done.stdout
    assert "These did not succeed: sh -c 'echo wrong; exit 3'" in done.stdout
    assert "1 passed" in done.stdout


MEASURED = """
import os, pytest

@pytest.mark.timing
def test_measures():
    assert os.nice(0) == {nice}

def test_computes():
    assert os.nice(0) == min(19, {nice} + 19)
"""


def test_tests_that_measure_time_run_apart_and_all_else_gives_way(tmp_path: Path) -> None:
    folder = component(tmp_path, MEASURED.format(nice=os.nice(0)))
    done = run(folder)
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout


@pytest.mark.parametrize("test", ["", "def test_fails():\n    assert False\n"], ids=["none", "failing"])
def test_a_component_without_a_test_or_with_a_failing_one_fails_the_run(tmp_path: Path, test: str) -> None:
    assert run(component(tmp_path, test)).returncode == 1
