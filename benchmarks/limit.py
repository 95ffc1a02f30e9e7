"""Runs the destination at mParticle's limit: one sync, then two with the same key, against a sandbox with a limiter.

By itself: python -m benchmarks.limit [--seconds 600] [--syncs 1 2]
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

from benchmarks.sections import Options, Requirement, Section, Table

LIMIT: Final = 270
"""Batches a second: mParticle's default."""

LATENCY: Final = 0.2
SECONDS: Final = 600.0
RUNNER_SECONDS: Final = 120.0
"""So long within all benchmarks, which are to take minutes together."""

RAMP_SECONDS: Final = 10.0
RECORDS_BETWEEN_STATES: Final = 1_000

_ENVIRONMENTS: Final = ("development", "production")
"""The sandbox counts batches by their environment, which tells syncs with the same key apart."""

_LEAST_SHARE: Final = 0.2
_START_SECONDS: Final = 60.0
_POLL_SECONDS: Final = 0.05


_METHOD = """\
`destination-mparticle write` against a sandbox that grants {limit} batches a second to a key and takes {latency:.0f} ms
for each response, for {seconds:.0f} seconds with one sync, and as long with two that start together with the same key.
Each record is of a user of its own, and so a batch. The seconds begin {ramp:.0f} seconds after the first batch is
accepted, when the ramp is over. "429" is the share of all requests, the ramp included."""


@dataclass(frozen=True)
class Use:
    """What became of the limit. `shares` are those of the syncs, 1 for all of it; `refused` is 429s per request."""

    seconds: float
    shares: tuple[float, ...]
    requests: int
    refused: float

    @property
    def used(self) -> float:
        """Share of the limit that all syncs used together."""
        return sum(self.shares)


def run(options: Options) -> Section:
    """Measure one sync, then two. The seconds are scaled."""
    seconds = max(1.0, RUNNER_SECONDS * options.scale)
    one, two = (measure(options.folder, syncs=syncs, seconds=seconds) for syncs in (1, 2))
    requirements = (
        *_required("One sync", one, used=0.97, refused=0.001),
        *_required("Two syncs together", two, used=0.9, refused=0.01),
        Requirement("Each of two syncs: at least a fifth", f"{min(two.shares):.1%}", min(two.shares) >= _LEAST_SHARE),
    )
    method = _METHOD.format(limit=LIMIT, latency=LATENCY * 1000, seconds=seconds, ramp=RAMP_SECONDS)
    table = Table(("Syncs", "Used", "Of each", "Requests", "429"), tuple(map(_row, (one, two))))
    return Section("Destination: at the limit", method, (table,), requirements)


def _required(who: str, use: Use, *, used: float, refused: float) -> tuple[Requirement, Requirement]:
    return (
        Requirement(f"{who}: at least {used:.0%} of the limit used", f"{use.used:.1%}", use.used >= used),
        Requirement(f"{who}: under {refused:.1%} of answers 429", f"{use.refused:.2%}", use.refused < refused),
    )


def _row(use: Use) -> tuple[str, ...]:
    each = " + ".join(f"{share:.1%}" for share in use.shares)
    return (str(len(use.shares)), f"{use.used:.1%}", each, f"{use.requests:,}", f"{use.refused:.2%}")


def measure(folder: Path, *, syncs: int = 1, seconds: float = SECONDS) -> Use:
    """Run one sync, or two at once with the same key, for so many seconds. `folder` is for files of the run."""
    with SandboxProcess(rate=LIMIT, keep_batches=0) as sandbox, ExitStack() as stack:
        sandbox.add_fault(path="/v2/*", latency_ms=round(LATENCY * 1000))
        for environment in _ENVIRONMENTS[:syncs]:
            stack.enter_context(_Sync(folder, sandbox, environment))
        _wait_for_first_batch(sandbox)
        time.sleep(RAMP_SECONDS)
        before, started = sandbox.events_report()["batches_by_environment"], time.monotonic()
        time.sleep(seconds)
        report, elapsed = sandbox.events_report(), time.monotonic() - started
    after = report["batches_by_environment"]
    shares = [(after.get(name, 0) - before.get(name, 0)) / (LIMIT * elapsed) for name in _ENVIRONMENTS[:syncs]]
    requests = report["requests"]
    return Use(elapsed, tuple(shares), requests, report["refused"].get("429", 0) / requests)


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


def _wait_for_first_batch(sandbox: SandboxProcess) -> None:
    until = time.monotonic() + _START_SECONDS
    while not sandbox.events_report()["batches_accepted"]:
        if time.monotonic() > until:
            raise RuntimeError(f"no batch was accepted in {_START_SECONDS:.0f} seconds")
        time.sleep(_POLL_SECONDS)


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
