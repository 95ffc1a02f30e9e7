"""A slow mParticle and an input that never waits: what is read, how much memory it takes, when states come.

    python -m reliability.backpressure [--records 1000000] [--rate 10] [--seconds 120]

A child process makes the input while it is read. `--seconds` cuts the run, which else ends with the input. The exit
code is 1 where a limit below was passed.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

import psutil
from mparticle_sandbox import SandboxProcess, testing

from destination_mparticle import tuning

EVENTS_OF_A_USER: Final = 100
"""Rows of one user come together, so that batches are as full as they can be."""

MAX_BYTES: Final = 200_000_000
MAX_GROWTH: Final = 1.05
"""Most memory, and the share of the first half's peak that the second half may reach."""

MAX_AHEAD_BYTES: Final = tuning.WINDOW_BYTES + tuning.IN_FLIGHT_BYTES + 2_000_000
"""Input that is read and not accepted: both budgets, and what is in the pipe and in the line reader."""

MAX_STATE_GAP: Final = 900.0
"""Seconds between two states, as Airbyte's protocol wants them."""

_LAST_WORDS: Final = 15
"""Seconds that the connector has to end after a signal."""


@dataclass(frozen=True)
class Sample:
    """What was seen at one moment, in seconds since the start and in bytes. `accepted` and `states` are counts."""

    at: float
    memory: int
    read: int
    accepted: int
    states: int


@dataclass(frozen=True)
class Load:
    """The input: how many records, each with so many characters of text, and how many between two states."""

    records: int
    text: int
    state_every: int

    def lines(self) -> Iterator[bytes]:
        """Make the input. All records are of the same length."""
        now = int(time.time() * 1000)
        for n in range(self.records):
            user = f"u-{n // EVENTS_OF_A_USER:08}"
            data = {"user": user, "name": "Item Viewed", "at": now, "n": f"{n:08}", "text": "x" * self.text}
            yield testing.record("events", data, emitted_at=now)
            if n % self.state_every == self.state_every - 1 or n == self.records - 1:
                yield testing.state("events", {"read": n + 1})

    @property
    def record_bytes(self) -> int:
        """The length of a record's line."""
        return len(next(self.lines()))


class Counts(NamedTuple):
    """Records at the end of a run: those that mParticle has, and what the states say.

    States cover so many records, of which so many were accepted and rejected.
    """

    arrived: int
    covered: int
    accepted: int
    rejected: int

    @classmethod
    def of(cls, arrived: int, states: Sequence[bytes]) -> "Counts":
        """Add up the states that were printed."""
        printed = [json.loads(line)["state"] for line in states]
        covered = printed[-1]["stream"]["stream_state"]["read"] if printed else 0
        stats = [state["destinationStats"] for state in printed]
        accepted, rejected = (sum(int(each[name]) for each in stats) for name in ("recordCount", "rejectedRecordCount"))
        return cls(arrived, covered, accepted, rejected)


@dataclass
class Measurement:
    """A run, sample by sample. `limited` counts the requests that mParticle refused with 429."""

    load: Load
    samples: list[Sample] = field(default_factory=list)
    code: int | None = None
    limited: int = 0
    counts: Counts | None = None

    @property
    def peak(self) -> int:
        """The most memory, in bytes."""
        return max(sample.memory for sample in self.samples)

    @property
    def growth(self) -> float:
        """The peak of the second half of the run as a share of that of the first."""
        middle = self.samples[-1].at / 2
        halves = [[s.memory for s in self.samples if (s.at < middle) is first] for first in (True, False)]
        return max(halves[1]) / max(halves[0])

    @property
    def ahead(self) -> int:
        """The most input that was read and not accepted, in bytes."""
        return max(sample.read - sample.accepted * self.load.record_bytes for sample in self.samples)

    @property
    def state_gap(self) -> float:
        """The longest time without a new state, in seconds. States that have not come yet count, too."""
        changes = [0.0]
        seen = 0
        for sample in self.samples:
            if sample.states > seen:
                changes.append(sample.at)
                seen = sample.states
        changes.append(self.samples[-1].at)
        return max(later - earlier for earlier, later in pairwise(changes))

    def problems(self) -> list[str]:
        """One sentence for each limit that was passed."""
        found = {
            f"Memory reached {self.peak / 1e6:.0f} MB.": self.peak > MAX_BYTES,
            f"Memory grew to {self.growth:.0%} in the second half.": self.growth > MAX_GROWTH,
            f"{self.ahead / 1e6:.0f} MB were read ahead of what was accepted.": self.ahead > MAX_AHEAD_BYTES,
            f"No state came for {self.state_gap:.0f} s.": self.state_gap > MAX_STATE_GAP,
            f"The connector ended with code {self.code}.": self.code not in {0, 128 + signal.SIGTERM},
        }
        return [sentence for sentence, is_so in found.items() if is_so] + self._miscounted()

    def _miscounted(self) -> list[str]:
        """Say where the counts do not add up: nothing is accepted that was not read, and nothing is lost."""
        if self.counts is None:
            return ["What became of the records was not counted."]
        offered = self.load.records
        arrived, covered, accepted, rejected = self.counts
        found = {
            "More was accepted than had been read.": any(
                sample.accepted * self.load.record_bytes > sample.read for sample in self.samples
            ),
            f"States say that {accepted:,} records were accepted, and {arrived:,} were.": accepted > arrived,
            f"States count {accepted + rejected:,} of the {covered:,} records before them.": (
                accepted + rejected != covered
            ),
            f"Of {offered:,} records {arrived:,} were accepted and {rejected:,} rejected.": (
                arrived + rejected > offered or (self.code == 0 and arrived + rejected < offered)
            ),
            f"States cover {covered:,} of {offered:,} records.": self.code == 0 and covered != offered,
        }
        return [sentence for sentence, is_so in found.items() if is_so]

    def __str__(self) -> str:
        last = self.samples[-1]
        return (
            f"{last.at:.0f} s: {last.read / 1e6:.0f} MB read, {last.accepted:,} of {self.load.records:,} records "
            f"accepted, {last.states} states, at most {self.state_gap:.0f} s apart; memory at most "
            f"{self.peak / 1e6:.0f} MB, second half {self.growth:.0%} of first; read ahead at most "
            f"{self.ahead / 1e6:.1f} MB ({self.ahead // self.load.record_bytes:,} records); "
            f"{self.limited} requests got 429"
        )


IsEnough = Callable[[Sequence[Sample]], bool]


def measure(
    load: Load,
    rate: int,
    seconds: float,
    *,
    configured_rate: int | None = None,
    is_enough: IsEnough = lambda _samples: False,
) -> Measurement:
    """Write the load into a sandbox that takes `rate` batches a second, until enough was seen or the time is over."""
    with SandboxProcess(rate=rate, acceleration=0, keep_batches=0) as sandbox, tempfile.TemporaryDirectory() as folder:
        fields = {"customer_id": "{user}", "event_name": "{name}", "timestamp": "{at}", "custom_attributes.n": "{n}"}
        mapping = testing.stream_mapping("events", "custom_event", {**fields, "custom_attributes.text": "{text}"})
        config = testing.destination_config(sandbox, mapping, max_batches_per_second=configured_rate or rate)
        files = testing.command_files(Path(folder), config=config, catalog=testing.configured_catalog("events"))
        deadline = time.monotonic() + seconds
        measurement = Measurement(load)
        with (
            _started("reliability.backpressure", *_feed_arguments(load), stdin=None) as feeder,
            _started("destination_mparticle", "write", *files, stdin=feeder.stdout) as connector,
        ):
            feeder.stdout.close()
            _watch(measurement, feeder, connector, sandbox, lambda seen: time.monotonic() > deadline or is_enough(seen))
        measurement.limited = sum(sandbox.events_report()["rate_limited"].values())
        return measurement


@contextmanager
def _started(module: str, *arguments: str, stdin: Any) -> Iterator[Any]:
    process = subprocess.Popen(  # noqa: S603 - our own modules, run by our own interpreter
        [sys.executable, "-m", module, *arguments], stdin=stdin, stdout=subprocess.PIPE
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _watch(measurement: Measurement, feeder: Any, connector: Any, sandbox: SandboxProcess, is_enough: IsEnough) -> None:
    states: list[bytes] = []
    reader = threading.Thread(
        target=lambda: states.extend(line for line in connector.stdout if b'"STATE"' in line[:20])
    )
    reader.start()
    started, process, source = time.monotonic(), psutil.Process(connector.pid), psutil.Process(feeder.pid)
    while connector.poll() is None and not is_enough(measurement.samples):
        # What was accepted is asked first, so that what is read ahead is never told too low.
        accepted = sandbox.events_report()["events"]
        try:
            memory, read = process.memory_info().rss, source.io_counters().write_chars
        except psutil.Error:
            break
        measurement.samples.append(Sample(time.monotonic() - started, memory, read, accepted, len(states)))
        time.sleep(0.2)
    if connector.poll() is None:
        connector.terminate()
    measurement.code = connector.wait(_LAST_WORDS)
    reader.join()
    connector.stdout.close()
    measurement.counts = Counts.of(sandbox.events_report()["events"], states)


def _feed_arguments(load: Load) -> tuple[str, ...]:
    return ("--feed", f"--records={load.records}", f"--text={load.text}", f"--state-every={load.state_every}")


def _feed(load: Load) -> None:
    try:
        for line in load.lines():
            sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # The connector was stopped.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--text", type=int, default=200, help="characters of text in each record")
    parser.add_argument("--state-every", type=int, default=10_000, help="records between two states")
    parser.add_argument("--rate", type=int, default=10, help="batches a second that the sandbox takes")
    parser.add_argument("--configured-rate", type=int, help="batches a second that the connector is told")
    parser.add_argument("--seconds", type=float, default=3_600.0)
    parser.add_argument("--feed", action="store_true", help="only write the input")
    parser.add_argument("--json", action="store_true", help="print every sample, too")
    chosen = parser.parse_args(arguments)
    load = Load(chosen.records, chosen.text, chosen.state_every)
    if chosen.feed:
        _feed(load)
        return 0
    # Whatever ends the measurement ends what it has started.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    measurement = measure(load, chosen.rate, chosen.seconds, configured_rate=chosen.configured_rate)
    if chosen.json:
        sys.stdout.write(json.dumps([vars(sample) for sample in measurement.samples]) + "\n")
    sys.stdout.write("\n".join([str(measurement), *measurement.problems()]) + "\n")
    return 1 if measurement.problems() else 0


if __name__ == "__main__":
    sys.exit(main())
