"""Runs the destination at mParticle's limit: one sync, then two with the same key, against a sandbox with a limiter.

python benchmarks/limit.py [--seconds 600] [--syncs 1 2]

Each sync is fed for as long as it is measured. The seconds begin with the first batch that the sandbox accepts, so they
include the ramp and leave out the start of the process.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any, Final

from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.testing import (
    command_files,
    configured_catalog,
    destination_config,
    record,
    state,
    stream_mapping,
)

LIMIT: Final = 270
"""Batches a second: mParticle's default."""

LATENCY: Final = 0.2
SECONDS: Final = 600.0
RECORDS_BETWEEN_STATES: Final = 1_000

_ENVIRONMENTS: Final = ("development", "production")
"""The sandbox counts batches by their environment, which tells syncs with the same key apart."""

_START_SECONDS: Final = 60.0
_POLL_SECONDS: Final = 0.05


@dataclass(frozen=True)
class Use:
    """What became of the limit. `shares` are those of the syncs, 1 for all of the limit; `refused` is 429s per request.

    `by_reason` are the requests that were refused, by their status.
    """

    seconds: float
    shares: tuple[float, ...]
    requests: int
    refused: float
    by_reason: dict[str, int]

    @property
    def used(self) -> float:
        """Share of the limit that all syncs used together."""
        return sum(self.shares)


def measure(folder: Path, *, syncs: int = 1, seconds: float = SECONDS) -> Use:
    """Run one sync, or two at once with the same key, for so many seconds. `folder` is for files of the run."""
    with SandboxProcess(rate=LIMIT, keep_batches=0) as sandbox, ExitStack() as stack:
        sandbox.add_fault(path="/v2/*", latency_ms=round(LATENCY * 1000))
        for environment in _ENVIRONMENTS[:syncs]:
            stack.enter_context(_Sync(folder, sandbox, environment))
        started = _first_batch(sandbox)
        time.sleep(max(0.0, started + seconds - time.monotonic()))
        report, elapsed = sandbox.events_report(), time.monotonic() - started
    granted = LIMIT * elapsed
    shares = (report["batches_by_environment"].get(name, 0) / granted for name in _ENVIRONMENTS[:syncs])
    refused = report["refused"]
    return Use(elapsed, tuple(shares), report["requests"], refused.get("429", 0) / report["requests"], refused)


class _Sync:
    """A destination that is fed until its block ends, and then stopped."""

    def __init__(self, folder: Path, sandbox: SandboxProcess, environment: str) -> None:
        own = folder / environment
        own.mkdir(exist_ok=True)
        fields = {"customer_id": "{user}", "event_name": "Item Viewed", "timestamp": "{at}"}
        mapping = stream_mapping("events", "custom_event", fields)
        config = destination_config(sandbox, mapping, environment=environment, max_batches_per_second=LIMIT)
        self._files = command_files(own, config=config, catalog=configured_catalog("events"))

    def __enter__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "destination_mparticle", "write", *self._files],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )
        # It stops reading while its buffers are full, and so the feeder waits for it.
        self._feeder = Thread(target=self._feed, daemon=True)
        self._feeder.start()

    def __exit__(self, *_error: object) -> None:
        self._process.kill()
        self._process.wait()
        self._feeder.join()

    def _feed(self) -> None:
        stdin: Any = self._process.stdin
        with suppress(BrokenPipeError), stdin:
            for line in _lines():
                stdin.write(line)


def _lines() -> Iterator[bytes]:
    """Yield records without end, each of a user of its own, and so each a batch."""
    now = int(time.time() * 1000)
    for number in count(1):
        yield record("events", {"user": f"u-{number}", "at": now}, emitted_at=now)
        if number % RECORDS_BETWEEN_STATES == 0:
            yield state("events", {"number": number})


def _first_batch(sandbox: SandboxProcess) -> float:
    """Return when the first batch was accepted, in seconds of the monotonic clock."""
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if sandbox.events_report()["batches_accepted"]:
            return time.monotonic()
        time.sleep(_POLL_SECONDS)
    raise RuntimeError(f"no batch was accepted in {_START_SECONDS:.0f} seconds")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--syncs", type=int, choices=(1, 2), nargs="+", default=[1, 2])
    chosen = parser.parse_args(arguments)
    for syncs in chosen.syncs:
        with tempfile.TemporaryDirectory() as folder:
            print(_sentence(measure(Path(folder), syncs=syncs, seconds=chosen.seconds)), flush=True)


def _sentence(use: Use) -> str:
    shares = " + ".join(f"{share:.1%}" for share in use.shares)
    return (
        f"{len(use.shares)} sync{'s' if len(use.shares) > 1 else ''}, {use.seconds:.0f} s at {LIMIT} batches/s: "
        f"{use.used:.1%} of the limit used ({shares}), {use.refused:.3%} of {use.requests} requests answered 429"
    )


if __name__ == "__main__":
    main()
