"""The destination's speed beside mParticle's own Python client, and beside what no connector in Python can pass."""

import statistics
from collections.abc import Mapping, Sequence
from typing import Final

from benchmarks import rows
from benchmarks.contenders import BULK, CEILING, LONGER, OURS, SINGLE, Contenders, Input
from benchmarks.processes import Usage
from benchmarks.sections import Bars, Chart, Options, Requirement, Section, Table, megabytes, percent
from benchmarks.sink import Sink, find_nginx

RECORDS: Final = 200_000
SINGLE_RECORDS: Final = 10_000
LEAST_SINGLE_RECORDS: Final = 2_000
"""Fewer take hardly longer than the start-up that is left out."""

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
processes, start-up included; they read the same file on standard input and send to nginx {nginx} on the same machine,
which answers every request with 202. There are {rounds} rounds, in each of which the contenders run one after
the other, and a ratio is the median of the rounds' ratios, so that a busy moment of the machine hits both sides.

- **destination-mparticle** is `destination-mparticle write`, with a limit of batches per second that it never reaches.
- **client, bulk** is mParticle's own Python client in calls of 100 batches with one event each. It takes the same
  fields out of the same lines, but checks no mapping, makes no ids, groups nothing and confirms nothing.
- **client, single** is the same client with one call for each event. It sends {single:,} records, and its time is
  extrapolated to all of them, without its start-up.
- **ceiling** parses every line with orjson and does nothing with it, and sends as many requests of the same sizes as
  `destination-mparticle` sent, out of bytes that are ready, with `requests` over one connection.

The inputs:

{inputs}

"Spread" is the difference between the fastest and the slowest round, as a share of the median; "CPU" is the user and
system time of the process; "Ratio" is how many times as fast `destination-mparticle` is."""


_LIMIT: Final = """\
mParticle's limit counts batches, so fewer of them are a faster sync. What belongs to one user between two states shares
batches of up to 100 events: order the rows by user, and let the source write fewer states. With a state after each
10,000 records, the destination sends:"""


def run(options: Options) -> Section:
    """Measure all inputs, then the memory of a longer one. Raises `SinkMissingError` and RuntimeError."""
    records, single = options.scaled(RECORDS), max(LEAST_SINGLE_RECORDS, options.scaled(SINGLE_RECORDS))
    with Sink(options.folder / "sink", find_nginx()) as sink:
        bench = Contenders(options.folder, sink, records, single)
        inputs = {order: bench.measure(order, options.rounds) for order in rows.ORDERS}
        longer = bench.longer("shuffled")
        nginx = sink.version
    described = "\n".join(f"- **{order}**: {description}" for order, (description, _) in rows.ORDERS.items())
    method = _METHOD.format(nginx=nginx, records=records, rounds=options.rounds, single=single, inputs=described)
    return section(method, inputs, longer)


def section(method: str, inputs: Mapping[str, Input], longer: Usage) -> Section:
    """Return what the rounds of each input show, and the run of the longer one."""
    tables = (_speeds(inputs), _batches(inputs), _memory(inputs["shuffled"], longer))
    return Section("Destination: throughput", method, tables, tuple(_requirements(inputs, longer)), _chart(inputs))


def _speeds(inputs: Mapping[str, Input]) -> Table:
    header = ("Input, contender", "Records/s", "Slowest", "Fastest", "Spread", "CPU", "Peak memory", "Ratio")
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
                    percent(_spread(speeds)),
                    f"{statistics.median(usage.cpu for usage in usages):.1f} s",
                    megabytes(_peak(usages)),
                    "" if name == OURS else f"{measurement.ratio(name):.2f}",
                )
            )
    return Table(header, tuple(cells))


def _batches(inputs: Mapping[str, Input]) -> Table:
    cells = [
        (order, f"{each.batches_per_1000_events:.0f}", "1,000", f"{len(each.sent.sizes):,}")
        for order, each in inputs.items()
    ]
    header = ("Input", "Batches per 1,000 events", "One for each event", "Requests")
    return Table(header, tuple(cells), _LIMIT)


def _memory(base: Input, longer: Usage) -> Table:
    peaks = ((base.records, _peak(base.rounds[OURS])), (base.records * LONGER, longer.memory))
    cells = tuple((f"{records:,} records", megabytes(peak)) for records, peak in peaks)
    return Table(("Input", "Peak memory"), cells, "Peak memory of the destination, shuffled input:")


def _requirements(inputs: Mapping[str, Input], longer: Usage) -> list[Requirement]:
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
            f"At least {percent(CEILING_SHARE)} of the ceiling, whatever the input",
            percent(ceiling),
            ceiling >= CEILING_SHARE,
        ),
        Requirement(f"Rounds at most {percent(MOST_SPREAD)} apart", percent(spread), spread <= MOST_SPREAD),
        Requirement(f"Peak memory under {megabytes(MOST_MEMORY)}", megabytes(peak), peak < MOST_MEMORY),
        Requirement(
            f"The same memory for {LONGER} times the input: at most {percent(MOST_GROWTH)} more",
            percent(growth),
            growth <= MOST_GROWTH,
        ),
    ]


def _chart(inputs: Mapping[str, Input]) -> Chart:
    groups = tuple(
        Bars(order, tuple((name, statistics.median(each.speeds(name))) for name in each.rounds))
        for order, each in inputs.items()
    )
    return Chart("throughput", "Custom events written by whole processes", "records/s", groups)


def _spread(speeds: Sequence[float]) -> float:
    return (max(speeds) - min(speeds)) / statistics.median(speeds)


def _peak(usages: Sequence[Usage]) -> int:
    return max(usage.memory for usage in usages)
