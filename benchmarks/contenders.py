"""Runs the destination, mParticle's own client and the ceiling on the same input, in turn."""

import re
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from benchmarks import rows
from benchmarks.processes import BIN, ROOT, Usage, measured
from benchmarks.sections import megabytes
from benchmarks.sink import Sink

LONGER: Final = 10
"""How many times as many records the longer input has."""

OURS, BULK, SINGLE, CEILING = "destination-mparticle", "client, bulk", "client, single", "ceiling"


@dataclass(frozen=True)
class Sent:
    """What the destination made of an input: the bytes of each request, and its batches."""

    sizes: list[int]
    batches: int


@dataclass(frozen=True)
class Input:
    """The rounds of one input, by contender, and what the destination sent."""

    records: int
    sent: Sent
    rounds: dict[str, list[Usage]]

    def speeds(self, contender: str) -> list[float]:
        """Return the records per second of each round."""
        return [self.records / usage.seconds for usage in self.rounds[contender]]

    def ratio(self, contender: str) -> float:
        """Return how many times as fast as a contender the destination is."""
        pairs = zip(self.speeds(OURS), self.speeds(contender), strict=True)
        return statistics.median(ours / other for ours, other in pairs)

    @property
    def batches_per_1000_events(self) -> float:
        """What mParticle's limit counts, for each 1,000 events."""
        return self.sent.batches / self.records * 1000


class Contenders:
    """Runs the contenders against one sink."""

    def __init__(self, folder: Path, sink: Sink, records: int, single: int) -> None:
        self._folder, self._sink, self._records, self._single = folder, sink, records, single
        self._output = folder / "output"

    def measure(self, order: str, rounds: int) -> Input:
        """Run all contenders in turn. What the destination sends is recorded once before."""
        file = rows.write(order, self._records, self._folder / "input")
        sent = self._record(file)
        contenders: dict[str, Callable[[], Usage]] = {
            OURS: lambda: self._ours(self._sink.url, file),
            CEILING: lambda: self._ceiling(file),
        }
        # The order of the records is nothing to the client, but two of the requirements name it.
        if order != "skewed":
            contenders[BULK] = lambda: self._client("bulk", file)
        if order == "shuffled":
            contenders[SINGLE] = self._extrapolated
        measurements: dict[str, list[Usage]] = {name: [] for name in contenders}
        for number in range(1, rounds + 1):
            for name, contender in contenders.items():
                usage = contender()
                measurements[name].append(usage)
                print(f"{order}, round {number}: {name} {self._records / usage.seconds:,.0f} records/s", flush=True)
        return Input(self._records, sent, measurements)

    def longer(self, order: str) -> Usage:
        """Run the destination on an input that is made while it is read."""
        command = [sys.executable, "-m", "benchmarks.rows", order, str(self._records * LONGER)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as source:
            usage = self._ours(self._sink.url, source.stdout, LONGER)
        print(f"{order}, {LONGER} times the records: peak memory {megabytes(usage.memory)}", flush=True)
        return usage

    def _record(self, file: Path) -> Sent:
        self._ours(self._sink.recording_url, file)
        sizes = self._sink.recorded()
        (self._folder / "sizes").write_text("\n".join(map(str, sizes)))
        return Sent(sizes, logged_counts(self._output.read_text())[1])

    def _ours(self, url: str, source: Path | IO[bytes] | None, times: int = 1) -> Usage:
        files = rows.destination_files(self._folder / "configuration", url)
        usage = measured([BIN / "destination-mparticle", "write", *files], stdin=source, stdout=self._output)
        accepted, _ = logged_counts(self._output.read_text())
        if accepted != self._records * times:
            raise RuntimeError(f"{accepted} of {self._records * times} records were accepted")
        return usage

    def _ceiling(self, file: Path) -> Usage:
        sizes = self._folder / "sizes"
        command = [sys.executable, "-m", "benchmarks.ceiling", self._sink.url, str(sizes), str(self._records)]
        return measured(command, stdin=file, stdout=self._output)

    def _client(self, mode: str, file: Path | None) -> Usage:
        command = [sys.executable, "-m", "benchmarks.official_client", self._sink.url, mode]
        return measured(command, stdin=file, stdout=self._output)

    def _extrapolated(self) -> Usage:
        """Return what sending all records one by one would take, from fewer of them and the start-up."""
        few = self._client("single", rows.write("shuffled", self._single, self._folder / "few"))
        start = self._client("single", None)
        factor = self._records / self._single
        seconds = start.seconds + (few.seconds - start.seconds) * factor
        return Usage(seconds, start.cpu + (few.cpu - start.cpu) * factor, few.memory)


def logged_counts(output: str) -> tuple[int, int]:
    """Return the accepted records and the batches that the destination logs: the last counts of several."""
    found = re.findall(r"accepted (\d+), .*?batches (\d+),", output)
    if not found:
        raise RuntimeError("the destination did not say what it sent")
    accepted, batches = found[-1]
    return int(accepted), int(batches)
