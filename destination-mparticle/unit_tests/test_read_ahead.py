"""Lines come in their order, prepared or not. A worker that is late or lost costs time alone."""

import errno
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mparticle_sandbox.testing import configured_catalog, destination_config, record, state

from destination_mparticle.config import parse_config
from destination_mparticle.errors import SyncError, UnrecoverableError
from destination_mparticle.protocol.catalog import parse_catalog
from destination_mparticle.protocol.messages import RecordAhead
from destination_mparticle.sending.byte_budget import ByteBudget, Progress
from destination_mparticle.sending.shipment import Shipment
from destination_mparticle.sync import process
from destination_mparticle.sync_run import Run
from destination_mparticle.tracking.record_tracker import RecordTracker
from destination_mparticle.tracking.reject_store import open_store
from destination_mparticle.workers.process import RunPreparer
from destination_mparticle.workers.read_ahead import ReadAhead, lines_of
from destination_mparticle.workers.worker import WorkerLostError

from .runs_with_workers import NOW, begun, event


class Source:
    """Blocks of lines, of which some have come when it is asked, and others have not."""

    def __init__(self, blocks: Sequence[Sequence[bytes]], ready: Iterator[bool]) -> None:
        self._blocks = blocks
        self._ready = ready
        self.read = 0

    def blocks(self) -> Iterator[list[bytes]]:
        for block in self._blocks:
            self.read += 1
            yield [*block]

    def is_ready(self) -> bool:
        return next(self._ready)


class FakeWorker:
    """Prepares in this process, is behind now and then, and is lost after so many answers."""

    def __init__(self, prepare: Callable[[bytes], Any], chance: Iterator[bool], answers: int) -> None:
        self._prepare, self._chance, self._answers = prepare, chance, answers
        self._asked: list[Sequence[bytes]] = []
        self.is_closed = False

    def is_ready(self) -> bool:
        return next(self._chance)

    def has_room(self, _lines: Sequence[bytes]) -> bool:
        return len(self._asked) < 3

    def ask(self, lines: Sequence[bytes]) -> None:
        self._asked.append(lines)

    def has_results(self) -> bool:
        return next(self._chance)

    def results(self) -> list[Any]:
        if not self._answers:
            raise WorkerLostError
        self._answers -= 1
        return [self._prepare(line) for line in self._asked.pop(0)]

    def close(self) -> None:
        self.is_closed = True


def always(value: bool) -> Iterator[bool]:
    while True:
        yield value


def read_ahead(
    run: Run, source: Source, chance: Iterator[bool] | None = None, answers: int = 10**9, workers: int = 1
) -> Iterator[bytes | RecordAhead]:
    prepare = RunPreparer(run).prepare

    def start() -> Any:
        return FakeWorker(RunPreparer(run).prepare, chance or always(True), answers)

    return ReadAhead(source, [*run.plans], prepare, start, workers, from_line=1).lines()


class Sent:
    """A sink that confirms at once, and keeps what would be sent."""

    def __init__(self, tracker: RecordTracker) -> None:
        self._tracker = tracker
        self.bodies: list[Any] = []

    def send(self, shipment: Shipment) -> None:
        body = json.loads(shipment.body)
        if not shipment.events:
            # It is made anew for every sending.
            del body["source_request_id"]
        self.bodies.append((shipment.stream, body, [each.position for each in shipment.records], shipment.weight))
        self._tracker.accepted([shipment])

    def flush_soon(self) -> None: ...

    def finish(self) -> None: ...

    def drain(self, seconds: float) -> None: ...

    def abort(self) -> None: ...


def outcome(run: Run, lines: Any) -> Any:
    """All that a sync does with its input."""
    states: list[bytes] = []
    store = open_store(run.config.storage, run.name, run.started)
    budget = ByteBudget(10**9, Progress())
    tracker = RecordTracker(run.plans, store, budget, states.append, stop_at_reject=not run.config.skip_rejected)
    sink = Sent(tracker)
    error = None
    try:
        process(run, lines, tracker, sink)
    except SyncError as raised:
        error = str(raised)
    return sink.bodies, states, str(tracker.statistics.streams), error


texts = st.sampled_from(["", "a", "7.0", "x" * 5_000, "\u2800", "1e400", "x" * 300])
numbers = st.sampled_from([0, 1.0, 1, 2**70, 1e16])
rows = st.builds(
    event,
    st.integers(0, 4),
    note=texts | numbers | st.none() | st.lists(numbers, max_size=2),
    name=st.sampled_from(["Bought", "", None, "Sold"]),
    user=st.sampled_from(["u-1", "u-2", None]),
)
others = st.sampled_from(
    [
        event(1, rare="seen at last"),
        event(1, _airbyte_raw_id="r"),
        event(1, Note=1, note=2),
        event(1, at=0),
        event(1, at=NOW - 40 * 86_400_000),
        event(1).replace(b'"Bought"', b"NaN"),
        event(1).replace(b'"Bought"', rb'"\ud800"'),
        record("users", {"user": "u-1", "plan": "gold"}, emitted_at=NOW),
        record("users", {"user": None, "plan": "gold"}, emitted_at=NOW),
        record("batches", {"events": [], "environment": "development", "mpid": 7}, emitted_at=NOW),
        state("events", {"n": 1}),
        b'{"type":"LOG","log":{"level":"INFO","message":"m"}}\n',
        b"\n",
        b'{"type":"RECORD","record":{"stream":"nobody","data":{}}}\n',
        b'{"type":"record"}\n',
        b"not JSON\n",
    ]
)
inputs = st.lists(st.lists(rows | rows | rows | others, min_size=1, max_size=6), max_size=8)


choices = st.fixed_dictionaries(
    {"on_rejected": st.sampled_from(["skip", "fail"]), "grouping": st.sampled_from(["by_user", "single"])}
)


@given(blocks=inputs, chance=st.randoms(use_true_random=False), answers=st.integers(0, 9), options=choices)
def test_with_workers_a_sync_does_the_same_as_without(
    blocks: list[list[bytes]], chance: Any, answers: int, options: dict[str, Any]
) -> None:
    run = begun(**options)
    chances = iter(lambda: chance.random() < 0.5, None)
    source = Source([[line.rstrip(b"\n") for line in block] for block in blocks], chances)
    lines = read_ahead(run, source, chances, answers, workers=2)
    assert outcome(run, lines) == outcome(run, [line for block in blocks for line in block])


def test_nearly_all_records_are_prepared_ahead() -> None:
    blocks = [[event(number) for number in range(first, first + 100)] for first in range(0, 1_000, 100)]
    lines = [*read_ahead(begun(), Source(blocks, always(True)), workers=2)]
    # All but the first block, which passes before there are workers, and the first record of each, with new columns.
    assert sum(isinstance(line, RecordAhead) for line in lines) >= 895


def test_the_reader_prepares_what_the_workers_are_too_slow_for() -> None:
    source = Source([[event(number)] for number in range(6)], always(True))
    lines = [*read_ahead(begun(), source, iter([True, True, *[False] * 30]))]
    assert len(lines) == 6
    assert isinstance(lines[-1], RecordAhead)


def test_what_is_prepared_does_not_wait_for_a_slow_source() -> None:
    source = Source([[event(1)], [event(2)], [event(3)]], always(False))
    lines = read_ahead(begun(), source)
    for number in (1, 2, 3):
        next(lines)
        assert source.read == number


def test_no_process_is_started_where_none_could_help() -> None:
    config = destination_config(None, events_url="http://localhost:1/v2")
    run = Run.begin(parse_config(config), parse_catalog(configured_catalog("batches")))
    block = [record("batches", {"events": [], "mpid": number}, emitted_at=NOW) for number in range(20_000)]
    before = psutil.Process().children()
    lines = lines_of(Source([block, block], always(True)), run)
    assert sum(isinstance(line, bytes) for line in lines) == 40_000
    assert psutil.Process().children() == before


def test_a_process_that_cannot_be_started_is_done_without(caplog: pytest.LogCaptureFixture) -> None:
    run = begun()
    started: list[FakeWorker] = []

    def start() -> Any:
        if started:
            raise BlockingIOError(errno.EAGAIN, "no process")
        started.append(FakeWorker(RunPreparer(run).prepare, always(True), 9))
        return started[0]

    source = Source([[event(number)] for number in range(6)], always(True))
    # What a mapping is warned about is logged where an earlier test has asked for it.
    caplog.clear()
    assert len([*ReadAhead(source, [*run.plans], RunPreparer(run).prepare, start, 2, from_line=1).lines()]) == 6
    assert started[0].is_closed
    assert [entry.message for entry in caplog.records] == [
        "No further process that prepares records can be started: EAGAIN. The sync is slower."
    ]


def test_what_came_before_a_line_that_cannot_be_read_has_its_turn_first() -> None:
    class Broken(Source):
        def blocks(self) -> Iterator[list[bytes]]:
            yield from super().blocks()
            raise UnrecoverableError("Input line 7 is too long.")

    source = Broken([[event(number)] for number in range(6)], always(True))
    lines = read_ahead(begun(), source)
    taken: list[Any] = []
    with pytest.raises(UnrecoverableError):
        taken.extend(lines)
    assert len(taken) == 6


def test_what_is_prepared_does_not_wait_for_the_rest_of_a_line() -> None:
    source = Source([[event(1)], [event(2)], [], [event(3)]], always(True))
    lines = read_ahead(begun(), source)
    next(lines)
    next(lines)
    assert source.read == 3
    assert len([*lines]) == 1
