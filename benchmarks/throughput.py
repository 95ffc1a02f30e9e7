"""The destination's speed beside mParticle's own Python client, and beside what no connector in Python can pass."""

import re
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from benchmarks import rows
from benchmarks.processes import BIN, ROOT, Usage, measured
from benchmarks.sections import Bars, Chart, Options, Requirement, Section, Table
from benchmarks.sink import Sink, find_nginx

RECORDS: Final = 200_000
SINGLE_RECORDS: Final = 10_000
LEAST_SINGLE_RECORDS: Final = 2_000
"""Fewer take hardly longer than the start-up that is left out."""
LONGER: Final = 10

OURS, BULK, SINGLE, CEILING = "destination-mparticle", "client, bulk", "client, single", "ceiling"

SORTED_RATIO: Final = 2.5
SHUFFLED_RATIO: Final = 2.0
SINGLE_RATIO: Final = 20.0
CEILING_SHARE: Final = 0.5
MOST_SPREAD: Final = 0.2
MOST_MEMORY: Final = 150_000_000
MOST_GROWTH: Final = 0.1
"""What is required. Memory is in bytes, its growth for the longer input is a share."""

_METHOD: Final = """\
{records:,} records of 15 columns, written as mapped `custom_event`: `customer_id`, `event_name` and `timestamp` are
mapped, and the other 12 columns become attributes. A state follows each 10,000 records. All contenders are whole
processes, start-up included; they read the same file on standard input and send to an nginx on the same machine that
answers every request with 202. Rounds alternate between the contenders, and a ratio is the median of the ratios of each
round, so that a busy moment of the machine hits both sides. {rounds} rounds.

- **destination-mparticle** is `destination-mparticle write`, with a limit of batches per second that it never reaches.
- **client, bulk** is mParticle's own Python client in calls of 100 batches with one event each. It takes the same
  fields out of the same lines, but checks no mapping, makes no ids, groups nothing and confirms nothing.
- **client, single** is the same client with one call for each event. It sends {single:,} records, and its time is
  extrapolated to all of them, without its start-up.
- **ceiling** parses every line with orjson and does nothing with it, and sends as many requests of the same sizes as
  `destination-mparticle` sent, out of bytes that are ready, with `requests` over one connection.

The inputs: {inputs}. "Spread" is the difference between the fastest and the slowest round, as a share of the median;
"CPU" is the user and system time of the process."""


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


def run(options: Options) -> Section:
    """Measure all inputs, then the memory of a longer one. Raises `SinkMissingError` and RuntimeError."""
    records, single = options.scaled(RECORDS), max(LEAST_SINGLE_RECORDS, options.scaled(SINGLE_RECORDS))
    with Sink(options.folder / "sink", find_nginx()) as sink:
        bench = _Bench(options.folder, sink, records, single)
        inputs = {order: bench.measure(order, options.rounds) for order in rows.ORDERS}
        longer = bench.longer("shuffled")
    described = "; ".join(f"**{order}**, {description}" for order, (description, _) in rows.ORDERS.items())
    method = _METHOD.format(records=records, rounds=options.rounds, single=single, inputs=described)
    tables = (_speeds(inputs), _batches(inputs), _memory(inputs["shuffled"], longer))
    return Section("Destination: throughput", method, tables, tuple(_requirements(inputs, longer)), _chart(inputs))


class _Bench:
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
        print(f"{order}, {LONGER} times the records: peak memory {_megabytes(usage.memory)} MB", flush=True)
        return usage

    def _record(self, file: Path) -> Sent:
        self._ours(self._sink.recording_url, file)
        sizes = self._sink.recorded()
        (self._folder / "sizes").write_text("\n".join(map(str, sizes)))
        return Sent(sizes, _counts(self._output.read_text())[1])

    def _ours(self, url: str, source: Path | IO[bytes] | None, times: int = 1) -> Usage:
        files = rows.destination_files(self._folder / "configuration", url)
        usage = measured([BIN / "destination-mparticle", "write", *files], stdin=source, stdout=self._output)
        accepted, _ = _counts(self._output.read_text())
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


def _counts(output: str) -> tuple[int, int]:
    """Return the accepted records and the batches that the destination logs at its end."""
    found = re.search(r"accepted (\d+), .*?batches (\d+),", output)
    if found is None:
        raise RuntimeError("the destination did not say what it sent")
    return int(found[1]), int(found[2])


def _speeds(inputs: dict[str, Input]) -> Table:
    header = ("Input, contender", "Records/s", "Slowest", "Fastest", "Spread", "CPU", "Peak memory", "Ours is")
    cells = []
    for order, measurement in inputs.items():
        for name, usages in measurement.rounds.items():
            speeds = measurement.speeds(name)
            cells.append(
                (
                    f"{order}: {name}",
                    f"{statistics.median(speeds):,.0f}",
                    f"{min(speeds):,.0f}",
                    f"{max(speeds):,.0f}",
                    f"{_spread(speeds):.0%}",
                    f"{statistics.median(usage.cpu for usage in usages):.1f} s",
                    f"{_megabytes(_peak(usages))} MB",
                    "" if name == OURS else f"{measurement.ratio(name):.2f} times",
                )
            )
    return Table(header, tuple(cells))


def _batches(inputs: dict[str, Input]) -> Table:
    cells = [
        (order, f"{each.batches_per_1000_events:.0f}", "1,000", f"{len(each.sent.sizes):,}")
        for order, each in inputs.items()
    ]
    header = ("Input", "Batches per 1,000 events", "One for each event", "Requests")
    return Table(header, tuple(cells), "mParticle's limit counts batches. What the destination sends:")


def _memory(base: Input, longer: Usage) -> Table:
    peaks = ((base.records, _peak(base.rounds[OURS])), (base.records * LONGER, longer.memory))
    cells = tuple((f"{records:,} records", f"{_megabytes(peak)} MB") for records, peak in peaks)
    return Table(("Input", "Peak memory"), cells, "Peak memory of the destination, shuffled input:")


def _requirements(inputs: dict[str, Input], longer: Usage) -> list[Requirement]:
    def times(least: float, order: str, contender: str, text: str) -> Requirement:
        ratio = inputs[order].ratio(contender)
        return Requirement(f"At least {least:g} times the client's {text}", f"{ratio:.2f}", ratio >= least)

    ceiling = min(each.ratio(CEILING) for each in inputs.values())
    spread = max(_spread(each.speeds(OURS)) for each in inputs.values())
    peak = max(longer.memory, *(_peak(each.rounds[OURS]) for each in inputs.values()))
    growth = longer.memory / _peak(inputs["shuffled"].rounds[OURS]) - 1
    return [
        times(SORTED_RATIO, "sorted", BULK, "bulk rate, sorted by user"),
        times(SHUFFLED_RATIO, "shuffled", BULK, "bulk rate, shuffled"),
        times(SINGLE_RATIO, "shuffled", SINGLE, "single rate"),
        Requirement(
            f"At least {CEILING_SHARE:.0%} of the ceiling, whatever the input",
            f"{ceiling:.0%}",
            ceiling >= CEILING_SHARE,
        ),
        Requirement(f"Rounds at most {MOST_SPREAD:.0%} apart", f"{spread:.0%}", spread <= MOST_SPREAD),
        Requirement(f"Peak memory under {_megabytes(MOST_MEMORY)} MB", f"{_megabytes(peak)} MB", peak < MOST_MEMORY),
        Requirement(
            f"The same memory for {LONGER} times the input: at most {MOST_GROWTH:.0%} more",
            f"{growth:+.0%}",
            growth <= MOST_GROWTH,
        ),
    ]


def _chart(inputs: dict[str, Input]) -> Chart:
    groups = tuple(
        Bars(order, tuple((name, statistics.median(each.speeds(name))) for name in each.rounds))
        for order, each in inputs.items()
    )
    return Chart("throughput", "Custom events written by whole processes", "records/s", groups)


def _spread(speeds: Sequence[float]) -> float:
    return (max(speeds) - min(speeds)) / statistics.median(speeds)


def _peak(usages: Sequence[Usage]) -> int:
    return max(usage.memory for usage in usages)


def _megabytes(memory: int) -> int:
    return round(memory / 1e6)
