"""A signal ends the process within seconds, in every phase, and what is on stdout stays whole lines of JSON."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest
from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.testing.fork_server import ForkedProcess

from integration_tests.catalogs import full_refresh_catalog
from integration_tests.connector import PROCESS, fork_server

SECONDS = 5.0
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}


def arguments(folder: Path, config: dict[str, Any], name: str) -> list[str]:
    """A command's arguments, with the files that they name."""
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "catalog.json").write_text(json.dumps(full_refresh_catalog()))
    files = ["--config", str(folder / "config.json")] if name != "spec" else []
    return [name, *files, *(["--catalog", str(folder / "catalog.json")] if name == "read" else [])]


@contextmanager
def started(
    folder: Path, config: dict[str, Any], name: str, stdout: int = subprocess.PIPE
) -> Iterator[subprocess.Popen[bytes]]:
    """A command of the source, which is gone afterwards whatever a test found."""
    with fork_server().popen(*arguments(folder, config, name), stdout=stdout) as process:
        yield from killed_in_the_end(process)


@contextmanager
def started_alone(
    folder: Path,
    config: dict[str, Any],
    name: str,
    environment: dict[str, str] | None = None,
    stdout: int = subprocess.PIPE,
) -> Iterator[subprocess.Popen[bytes]]:
    """The same in a process of its own, whose start or environment counts."""
    command = [*PROCESS, *arguments(folder, config, name)]
    with subprocess.Popen(command, stdout=stdout, stderr=subprocess.PIPE, env=environment) as process:
        yield from killed_in_the_end(process)


def killed_in_the_end(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    try:
        yield process
    finally:
        process.kill()


def ended_by(process: subprocess.Popen[bytes], number: signal.Signals) -> tuple[list[dict[str, Any]], str]:
    """Send the signal; the messages on stdout and the text on stderr of a process that obeyed in time."""
    sent = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=SECONDS)
    assert time.monotonic() - sent < SECONDS
    assert process.returncode == CODES[number]
    return [json.loads(line) for line in out.decode().splitlines()], err.decode()


def requested(sandbox: SandboxProcess, path: str) -> None:
    """Wait until the source has asked for a path."""
    ends = time.monotonic() + 30
    while not any(path in route for route in sandbox.requests()["by_route"]):
        assert time.monotonic() < ends, f"{path} was never asked for"
        time.sleep(0.05)


def idle(process: subprocess.Popen[bytes]) -> None:
    """Wait until a forked child does nothing but wait: it sleeps, and has used no CPU for half a second."""
    assert isinstance(process, ForkedProcess)
    child = psutil.Process(process.child_pid)
    ends, used, still = time.monotonic() + 60, None, 0
    while still < 5:
        assert time.monotonic() < ends
        assert process.poll() is None
        before, used = used, child.cpu_times()
        still = still + 1 if child.status() == psutil.STATUS_SLEEPING and used == before else 0
        time.sleep(0.1)


@pytest.mark.parametrize("number", CODES)
@pytest.mark.parametrize("after", [0.3, 0.8, 1.5])
def test_it_ends_while_it_starts(tmp_path: Path, config: dict[str, Any], number: signal.Signals, after: float) -> None:
    with started_alone(tmp_path, config, "read") as process:
        time.sleep(after)
        _, err = ended_by(process, number)
    assert err == f"source-mparticle was stopped by {number.name} before it was done.\n"


@pytest.mark.parametrize("number", CODES)
@pytest.mark.parametrize("path", ["/oauth/token", "/v1/accounts"])
@pytest.mark.parametrize("command", ["check", "read"])
def test_it_ends_while_a_server_keeps_silent(
    tmp_path: Path, config: dict[str, Any], sandbox: SandboxProcess, number: signal.Signals, path: str, command: str
) -> None:
    sandbox.add_fault(path=path, latency_ms=20_000)
    with started(tmp_path, config, command) as process:
        requested(sandbox, path)
        idle(process)
        messages, err = ended_by(process, number)
    assert "Traceback" not in json.dumps(messages) + err
    assert err == f"source-mparticle was stopped by {number.name} before it was done.\n"


def test_it_ends_while_workers_wait_to_try_again(
    tmp_path: Path, config: dict[str, Any], sandbox: SandboxProcess
) -> None:
    sandbox.add_fault(path="/v1/*", status=429, headers={"Retry-After": "60"})
    with started(tmp_path, config, "read") as process:
        requested(sandbox, "/v1/")
        time.sleep(0.5)
        messages, err = ended_by(process, signal.SIGINT)
    assert "Traceback" not in json.dumps(messages) + err


def test_records_that_were_read_are_written_as_whole_lines(
    tmp_path: Path, config: dict[str, Any], sandbox: SandboxProcess
) -> None:
    sandbox.add_fault(path="*/calculatedattributes", latency_ms=20_000)
    with started(tmp_path, config, "read") as process:
        requested(sandbox, "/v1/audiences")
        time.sleep(1)
        messages, _ = ended_by(process, signal.SIGTERM)
    streams = {message["record"]["stream"] for message in messages if message["type"] == "RECORD"}
    assert "audiences" in streams


class Pipe(NamedTuple):
    readable: int
    writable: int


@pytest.fixture
def full_pipe() -> Iterator[Pipe]:
    """A pipe that takes nothing any more."""
    readable, writable = os.pipe()
    os.set_blocking(writable, False)
    with suppress(BlockingIOError):
        while True:
            os.write(writable, b" " * 512)
    os.set_blocking(writable, True)
    yield Pipe(readable, writable)
    os.close(readable)
    os.close(writable)


def test_it_ends_while_nobody_reads_what_it_writes(tmp_path: Path, config: dict[str, Any], full_pipe: Pipe) -> None:
    with started(tmp_path, config, "discover", stdout=full_pipe.writable) as process:
        idle(process)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=SECONDS)
    assert process.returncode == CODES[signal.SIGINT]
    assert err == b"source-mparticle was stopped by SIGINT before it was done.\n"


@pytest.mark.parametrize("number", CODES)
def test_it_ends_while_the_reader_of_its_records_has_stopped_reading(
    tmp_path: Path, config: dict[str, Any], full_pipe: Pipe, number: signal.Signals
) -> None:
    # Room for some messages, as behind a reader that reads for a while.
    os.read(full_pipe.readable, 8192)
    with started(tmp_path, config, "read", stdout=full_pipe.writable) as process:
        idle(process)
        process.send_signal(number)
        _, err = process.communicate(timeout=SECONDS)
    assert process.returncode == CODES[number]
    assert err == f"source-mparticle was stopped by {number.name} before it was done.\n".encode()


@pytest.mark.parametrize("number", CODES)
@pytest.mark.parametrize("buffering", ["", "1"])
def test_no_message_follows_the_half_of_one(
    tmp_path: Path, config: dict[str, Any], full_pipe: Pipe, number: signal.Signals, buffering: str
) -> None:
    os.read(full_pipe.readable, 8192)
    environment = {**os.environ, "PYTHONUNBUFFERED": buffering}
    with started_alone(tmp_path, config, "read", environment, full_pipe.writable) as process:
        blocked(process.pid)
        process.send_signal(number)
        process.communicate(timeout=SECONDS)
    os.set_blocking(full_pipe.readable, False)
    # The last line is the one for which there was no more room.
    *messages, _ = os.read(full_pipe.readable, 1 << 20).strip().splitlines()
    assert len([json.loads(message) for message in messages]) > 1


def blocked(pid: int) -> None:
    """Wait until a process has read something and then used no CPU for a second."""
    process, used, still = psutil.Process(pid), None, 0
    ends = time.monotonic() + 60
    while still < 10:
        assert time.monotonic() < ends
        before, used = used, process.cpu_times()
        still = still + 1 if used == before else 0
        time.sleep(0.1)


def test_a_second_signal_ends_it_at_once(tmp_path: Path, config: dict[str, Any], full_pipe: Pipe) -> None:
    with started(tmp_path, config, "discover", stdout=full_pipe.writable) as process:
        idle(process)
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=1) == CODES[signal.SIGINT]


def test_no_copy_of_the_credentials_stays_behind(
    tmp_path: Path, config: dict[str, Any], sandbox: SandboxProcess
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    sandbox.add_fault(path="/v1/*", latency_ms=20_000)
    with started_alone(tmp_path, config, "read", {**os.environ, "TMPDIR": str(scratch)}) as process:
        requested(sandbox, "/v1/")
        ended_by(process, signal.SIGTERM)
    assert [each for each in scratch.rglob("*") if each.is_file()] == []
