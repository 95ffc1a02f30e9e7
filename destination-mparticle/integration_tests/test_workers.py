"""A long sync has help from other processes, and loses nothing by what happens to them."""

import json
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from mparticle_sandbox import SandboxProcess

from destination_mparticle import tuning
from destination_mparticle.workers.worker import processors

from .harness import catalog, config, contents, files, process_command, record, state, written

NOW = int(time.time() * 1000)
COUNT = 3 * tuning.WORKERS_FROM_LINE

pytestmark = pytest.mark.skipif(processors() < 2, reason="with one processor there is no help")


def lines(first: int = 0, end: int = COUNT) -> Iterator[Any]:
    for n in range(first, end):
        # Every hundredth record comes twice, and both are events.
        yield record("events", customer=f"c-{n % 400}", name="Bought", at=NOW, n=n - (n % 100 == 99))
        if n % 1_000 == 999:
            yield state("events", read=n + 1)


def wait_for(condition: Callable[[], Any]) -> Any:
    ends = time.monotonic() + 30
    while not (found := condition()):
        assert time.monotonic() < ends
        time.sleep(0.02)
    return found


class Sync:
    """A sync that has read so much that workers help it, and the one of them that started first."""

    def __init__(self, sandbox: SandboxProcess, folder: Path, **options: Any) -> None:
        self.process: Any = subprocess.Popen(
            process_command("write", *files(folder, config(sandbox, **options), catalog())),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for line in lines(end=2 * tuning.WORKERS_FROM_LINE):
            self.process.stdin.write(line)
        self.process.stdin.flush()
        self.worker: Any = wait_for(psutil.Process(self.process.pid).children)[0]

    def finish(self) -> Any:
        """Write the rest. Returns the messages."""
        rest = b"".join(lines(first=2 * tuning.WORKERS_FROM_LINE))
        output, self.errors = self.process.communicate(rest, timeout=60)
        return [json.loads(line) for line in output.splitlines()]


@pytest.fixture
def start(sandbox: SandboxProcess, tmp_path: Path) -> Iterator[Callable[..., Sync]]:
    started: list[Sync] = []

    def begin(**options: Any) -> Sync:
        started.append(Sync(sandbox, tmp_path, **options))
        return started[-1]

    yield begin
    for sync in started:
        sync.process.kill()
        sync.process.communicate()


def expected() -> Counter[Any]:
    return Counter((f"c-{n % 400}", n - (n % 100 == 99)) for n in range(COUNT))


def last_state(messages: Any) -> Any:
    return [m["state"]["stream"]["stream_state"]["read"] for m in messages if m["type"] == "STATE"][-1]


def test_with_help_the_same_ids_are_sent_as_without(start: Callable[..., Sync], sandbox: SandboxProcess) -> None:
    assert last_state(start().finish()) == COUNT
    assert Counter(contents(sandbox.batches())) == expected()
    ids = {batch["source_request_id"] for batch in sandbox.batches()}
    sandbox.reset()
    written(config(sandbox), catalog(), lines())
    assert {batch["source_request_id"] for batch in sandbox.batches()} == ids


def test_a_worker_that_is_killed_costs_nothing_but_time(start: Callable[..., Sync], sandbox: SandboxProcess) -> None:
    sync = start()
    sync.worker.send_signal(signal.SIGKILL)
    messages = sync.finish()
    assert sync.process.returncode == 0
    assert last_state(messages) == COUNT
    assert Counter(contents(sandbox.batches())) == expected()
    logs = [m["log"]["message"] for m in messages if m["type"] == "LOG" and m["log"]["level"] == "WARN"]
    assert logs == ["A process that prepares records has ended early. The sync goes on without it, more slowly."]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_worker_outlives_its_sync(start: Callable[..., Sync], number: int) -> None:
    sync = start(validate_only=True)
    # What a terminal sends to all processes of its session goes to the sync alone.
    assert os.getsid(sync.worker.pid) != os.getsid(sync.process.pid)
    sync.process.send_signal(number)
    sync.process.wait(20)
    wait_for(lambda: not sync.worker.is_running())
    assert sync.process.stderr.read() == b""
