"""A sync that is asked to stop finishes what is under way, confirms what it earned, and says so."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from mparticle_sandbox import SandboxProcess

from .harness import catalog, config, contents, files, popen, process_command, record, state, written

NOW = int(time.time() * 1000)
COUNT = 2_000


def lines() -> Iterator[Any]:
    for n in range(COUNT):
        yield record("events", customer=f"c-{n % 40}", name="Bought", at=NOW - n, n=n)
        if n % 50 == 49:
            yield state("events", read=n + 1)


@pytest.fixture
def slow(sandbox: SandboxProcess, tmp_path: Path) -> Any:
    sandbox.add_fault(path="/v2/*", latency_ms=100)
    return files(tmp_path, config(sandbox), catalog())


def started(paths: list[str], source: Any) -> Any:
    return popen("write", *paths, stdin=source)


def started_alone(paths: list[str], source: Any, *before: Any) -> Any:
    """A process of its own, whose start counts."""
    arguments = [*before, *process_command("write", *paths)]
    return subprocess.Popen(arguments, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def stopped(process: Any, target: Any, number: int) -> Any:
    """Signal after the second state. Returns how many states came, how long the end took, and the outcome."""
    reads = []
    for line in process.stdout:
        message = json.loads(line)
        if message["type"] == "STATE":
            reads.append(message["state"]["stream"]["stream_state"]["read"])
        if len(reads) == 2:
            break
    asked = time.monotonic()
    target.send_signal(number)
    rest, errors = process.communicate(timeout=30)
    took = time.monotonic() - asked
    messages = [json.loads(line) for line in rest.splitlines()]
    reads += [m["state"]["stream"]["stream_state"]["read"] for m in messages if m["type"] == "STATE"]
    return reads, took, messages, errors


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_reading_drains_and_exits_with_its_code(
    sandbox: SandboxProcess, slow: list[str], tmp_path: Path, number: int, code: int
) -> None:
    everything = list(lines())
    with _saved(tmp_path, everything).open("rb") as source:
        process = started(slow, source)
        reads, took, messages, errors = stopped(process, process, number)

    assert process.returncode == code
    assert took < 10
    assert errors == b""
    (error,) = [message["trace"]["error"] for message in messages if message["type"] == "TRACE"]
    assert error["failure_type"] == "transient_error"
    assert signal.Signals(number).name in error["message"]
    assert reads == [50 * (n + 1) for n in range(len(reads))]

    sandbox.clear_faults()
    last = reads[-1]
    written(config(sandbox), catalog(), everything[last + last // 50 :])
    assert Counter(n for _, n in contents(sandbox.batches())) == Counter(range(COUNT))


def test_a_signal_while_it_waits_for_input_ends_it_too(slow: list[str]) -> None:
    process = started(slow, subprocess.PIPE)
    for line in list(lines())[:102]:
        process.stdin.write(line)
    process.stdin.flush()
    reads, took, _, errors = stopped(process, process, signal.SIGTERM)

    assert (process.returncode, reads, errors) == (143, [50, 100], b"")
    assert took < 5


def test_what_is_under_way_for_longer_than_the_grace_does_not_hold_the_process(
    sandbox: SandboxProcess, slow: list[str]
) -> None:
    process = started(slow, subprocess.PIPE)
    for line in list(lines())[:102]:
        process.stdin.write(line)
    process.stdin.flush()
    while sandbox.events_report()["requests"] < 1:
        time.sleep(0.05)
    sandbox.clear_faults()
    sandbox.add_fault(path="/v2/*", latency_ms=30_000)
    for line in list(lines())[102:204]:
        process.stdin.write(line)
    process.stdin.flush()
    time.sleep(1)
    asked = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)

    assert process.returncode == 143
    assert time.monotonic() - asked < 10


_ENDS_SLOWLY = """
import signal, sys, time
from destination_mparticle import commands, run, tuning
from destination_mparticle.shutdown import Shutdown

class Slow:
    def __init__(self):
        self.sleep = time.sleep

    def __del__(self):
        self.sleep(1)

def command(_arguments):
    Shutdown.install()
    signal.raise_signal(signal.{name})
    print("the last line")
    sys.exit({code})

sys.slow = Slow()
tuning.GRACE_SECONDS = 0.2
commands.run = command
run.run()
"""


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGINT", 130)])
def test_a_grace_that_is_over_as_python_ends_changes_neither_the_exit_code_nor_the_output(name: str, code: int) -> None:
    script = _ENDS_SLOWLY.format(name=name, code=code)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False, timeout=30)

    assert (done.returncode, done.stdout, done.stderr) == (code, b"the last line\n", b"")


def test_process_1_of_a_container_takes_the_signal_as_well(slow: list[str], tmp_path: Path) -> None:
    unshare = [shutil.which("unshare") or "false", "--fork", "--pid"]
    if subprocess.run([*unshare, "true"], check=False).returncode:
        pytest.skip("namespaces of processes cannot be made here")
    with _saved(tmp_path, lines()).open("rb") as source:
        process = started_alone(slow, source, *unshare)
        while not (children := psutil.Process(process.pid).children()):
            time.sleep(0.05)
        reads, took, messages, _ = stopped(process, children[0], signal.SIGTERM)

    assert took < 10
    assert len(reads) >= 2
    assert any("SIGTERM" in message["trace"]["error"]["message"] for message in messages if message["type"] == "TRACE")


def _takes_signals(process: Any) -> Any:
    """Whether the process, which Python has only just begun, has a handler for SIGTERM."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    caught = next(line.split()[1] for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)


@pytest.mark.parametrize("later", [0, 0.3, 0.8, 1.4])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_while_it_starts_ends_it_without_a_traceback(
    slow: list[str], later: Any, number: int, code: int
) -> None:
    process = started_alone(slow, subprocess.PIPE)
    while not _takes_signals(process):
        time.sleep(0.01)
    time.sleep(later)
    process.send_signal(number)
    _, errors = process.communicate(timeout=15)

    assert (process.returncode, errors) == (code, b"")


def test_signals_are_taken_before_what_takes_long_is_imported() -> None:
    look = "import destination_mparticle.run, sys; sys.exit('destination_mparticle.commands' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 0


def test_a_signal_while_nobody_reads_what_it_prints_ends_it_too(sandbox: SandboxProcess, tmp_path: Path) -> None:
    large = "x" * 200_000
    process = started(files(tmp_path, config(sandbox), catalog()), subprocess.PIPE)
    process.stdin.write(record("events", customer="c-1", name="Bought", at=NOW, n=1) + state("events", large=large))
    process.stdin.flush()
    while sandbox.events_report()["events"] < 1:
        time.sleep(0.1)
    time.sleep(0.5)
    asked = time.monotonic()
    process.send_signal(signal.SIGTERM)
    code = process.wait(timeout=15)
    process.stdout.close()
    process.stderr.close()
    process.stdin.close()

    assert code == 143
    assert time.monotonic() - asked < 10


def test_a_reader_that_goes_away_is_no_error_worth_a_traceback(slow: list[str], tmp_path: Path) -> None:
    with _saved(tmp_path, lines()).open("rb") as source, popen("preview", *slow, stdin=source) as process:
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read()

    assert b"Traceback" not in errors
    assert b"Exception ignored" not in errors


def _saved(folder: Path, content: Any) -> Any:
    path = folder / "input.jsonl"
    path.write_bytes(b"".join(content))
    return path


def test_output_that_cannot_be_written_is_no_success() -> None:
    # `--help` is printed through Python's own buffer, which is only written at the end unless this variable is set.
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(process_command("--help"), stdout=full, stderr=subprocess.PIPE, check=False, env=buffered)

    assert done.returncode == 1


def test_output_that_has_no_room_ends_a_command_with_a_sentence_on_stderr(tmp_path: Path) -> None:
    arguments = files(tmp_path, {"api_secret": "very-private"}, {"streams": []})
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(process_command("write", *arguments), stdout=full, stderr=subprocess.PIPE, check=False)

    assert done.returncode == 1
    error = json.loads(done.stderr)["trace"]["error"]
    assert error["message"].startswith("The output cannot be written (No space left on device). ")
    assert error["failure_type"] == "system_error"
