"""A long run that is ended takes all that it has started along."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil
import pytest

WORKERS = 2
PATIENCE = 60.0


@contextmanager
def long_run(*arguments: str) -> Iterator[psutil.Process]:
    with subprocess.Popen(
        [sys.executable, "-m", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as run:
        try:
            yield psutil.Process(run.pid)
        finally:
            run.kill()


def running(run: psutil.Process, words: str) -> int:
    """How many processes that the run has started have these words in their command line."""
    return sum(words in " ".join(child.cmdline()) for child in run.children(recursive=True))


def wait_until(is_so: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.05)


def assert_nothing_outlives(run: psutil.Process, number: signal.Signals) -> None:
    started = run.children(recursive=True)
    try:
        run.send_signal(number)
        run.wait(PATIENCE)
        _, left = psutil.wait_procs(started, timeout=10)
        assert left == []
    finally:
        for process in started:
            if process.is_running():
                process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL], ids=lambda number: number.name)
def test_no_worker_and_no_sandbox_outlives_the_process_that_shares_out_the_seeds(number: signal.Signals) -> None:
    with long_run("reliability.kills", "--seeds=0-999", "-n", str(WORKERS)) as run:
        wait_until(lambda: running(run, "mparticle_sandbox serve") == WORKERS)
        assert_nothing_outlives(run, number)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_no_connector_outlives_a_measurement_that_is_ended(number: signal.Signals) -> None:
    with long_run("reliability.backpressure", "--rate=1") as run:
        wait_until(lambda: running(run, "destination_mparticle write") == 1)
        assert_nothing_outlives(run, number)
