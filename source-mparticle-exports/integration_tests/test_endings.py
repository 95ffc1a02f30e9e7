"""A read that nobody wants any more ends at once, with threads that still wait to hand over rows."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration_tests.harness import Exports, catalog
from unit_tests.exports import OUTBOUND

LINES = 4_000
SECONDS = 20


@pytest.fixture
def reading(exports: Exports, tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A read in a process of its own, in the middle of its output."""
    for number in range(3):
        exports.write(f"App_2023111000000000000{number}_1.txt", *[OUTBOUND] * LINES)
    process = exports.start_process("read", config=exports.config, catalog=catalog(["events"], "incremental"))
    try:
        assert process.stdout
        while '"RECORD"' not in process.stdout.readline():
            pass
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_read(reading: "subprocess.Popen[str]", number: signal.Signals) -> None:
    reading.send_signal(number)
    assert reading.stdout
    reading.stdout.read()
    assert reading.wait(SECONDS) in {128 + number, -number}
    assert reading.stderr
    assert "Traceback" not in reading.stderr.read()


def test_a_read_whose_output_is_closed_ends(reading: "subprocess.Popen[str]") -> None:
    assert reading.stdout
    reading.stdout.close()
    assert reading.wait(SECONDS) == 128 + signal.SIGPIPE
