"""What is prepared ahead is what its reader would have prepared, and a worker that is late or lost costs time alone."""

import errno
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mparticle_sandbox.testing import configured_catalog, destination_config, record, state, stream_mapping

from destination_mparticle import tuning
from destination_mparticle.config import parse_config
from destination_mparticle.errors import SyncError, UnrecoverableError
from destination_mparticle.pipeline.ids import FirstIds, RecordIds
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
from destination_mparticle.workers.worker import Worker, WorkerLostError, processors, setup

NOW = int(time.time() * 1000)
FIELDS = {"customer_id": "{user}", "event_name": "{name}", "timestamp": "{at}", "custom_attributes.x": "{rare}"}
EVENTS = stream_mapping("events", "custom_event", FIELDS, unmapped="attributes")
USERS = stream_mapping("users", "user", {"customer_id": "{user}"}, unmapped="attributes")


def begun(**options: Any) -> Run:
    config = destination_config(None, EVENTS, USERS, events_url="http://localhost:1/v2", **options)
    return Run.begin(parse_config(config), parse_catalog(configured_catalog("events", "users", "batches")))


def event(number: int, **others: Any) -> bytes:
    data = {"user": f"u-{number % 3}", "name": "Bought", "at": NOW - number, **others}
    return record("events", data, emitted_at=NOW)


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


def ahead(run: Run, blocks: Sequence[Sequence[bytes]], chance: Iterator[bool], answers: int = 10**9) -> ReadAhead:
    def start() -> Any:
        return FakeWorker(RunPreparer(run).prepare, chance, answers)

    return ReadAhead(Source(blocks, chance), [*run.plans], RunPreparer(run).prepare, start, 2, from_line=1)


def always(value: bool) -> Iterator[bool]:
    while True:
        yield value


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
    lines = ahead(run, [[line.rstrip(b"\n") for line in block] for block in blocks], chances, answers).lines()
    assert outcome(run, lines) == outcome(run, [line for block in blocks for line in block])


def test_nearly_all_records_are_prepared_ahead() -> None:
    run = begun()
    blocks = [[event(number) for number in range(first, first + 100)] for first in range(0, 1_000, 100)]
    lines = [*ahead(run, blocks, always(True)).lines()]
    # All but the first block, which passes before there are workers, and the first record of each, with new columns.
    assert sum(isinstance(line, RecordAhead) for line in lines) >= 895


def test_the_reader_prepares_what_the_workers_are_too_slow_for() -> None:
    run = begun()
    chance = iter([True, True, *[False] * 30])
    prepare = RunPreparer(run).prepare
    source = Source([[event(number)] for number in range(6)], always(True))
    start: Any = lambda: FakeWorker(prepare, chance, 9)  # noqa: E731
    lines = [*ReadAhead(source, [*run.plans], prepare, start, 1, from_line=1).lines()]
    assert len(lines) == 6
    assert isinstance(lines[-1], RecordAhead)


def test_what_is_prepared_does_not_wait_for_a_slow_source() -> None:
    run = begun()
    source = Source([[event(1)], [event(2)], [event(3)]], always(False))
    start: Any = lambda: FakeWorker(RunPreparer(run).prepare, always(True), 9)  # noqa: E731
    lines = ReadAhead(source, [*run.plans], RunPreparer(run).prepare, start, 1, from_line=1).lines()
    for number in (1, 2, 3):
        next(lines)
        assert source.read == number


def test_an_equal_record_is_left_to_its_reader() -> None:
    key = FirstIds("s")
    first = key.next({"a": 1})
    ids = RecordIds("s")
    assert ids.take_first(key.key)
    assert not ids.take_first(key.key)
    assert ids.next({"a": 1}) != first
    ids.start_interval()
    assert ids.next({"a": 1}) == first
    assert not ids.take_first(key.key)


def test_after_a_full_window_no_record_is_a_first_one() -> None:
    ids = RecordIds("s", window=2)
    for number in range(3):
        ids.next({"n": number})
    key = FirstIds("s")
    key.next({"n": 9})
    assert not ids.take_first(key.key)


@pytest.mark.parametrize(("limit", "expected"), [("100000 100000", 1), ("50000 100000", 1), ("9000000 100000", None)])
def test_the_limit_of_a_container_counts(tmp_path: Path, limit: str, expected: int | None) -> None:
    (tmp_path / "cpu.max").write_text(f"{limit}\n")
    without = processors(tmp_path / "none")
    assert processors(tmp_path / "cpu.max") == (expected or without)
    (tmp_path / "cpu.max").write_text("max 100000\n")
    assert processors(tmp_path / "cpu.max") == without


@pytest.fixture
def worker() -> Iterator[Worker]:
    started = Worker(begun())
    yield started
    started.close()


def wait_for(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.01)


def test_a_process_prepares_what_this_one_would(worker: Worker) -> None:
    run = begun()
    lines = [event(number) for number in range(1, 4)]
    wait_for(worker.is_ready)
    worker.ask(lines)
    worker.ask(lines[:1])
    prepare = RunPreparer(run).prepare
    assert worker.results() == [prepare(line) for line in lines]
    assert worker.results() == [prepare(line) for line in lines[:1]]


def test_lines_that_a_pipe_does_not_hold_wait_until_the_process_does(worker: Worker) -> None:
    wait_for(worker.is_ready)
    half = [b"x" * 600_000]
    assert worker.has_room(half)
    worker.ask(half)
    assert not worker.has_room(half)
    assert not worker.has_room([b"x" * (tuning.WORKER_LINE_BYTES + 1)])
    assert [result.prepared for result in worker.results()] == [None]
    assert not worker.has_room([b"x" * (tuning.WORKER_LINE_BYTES + 1)])


def test_as_much_as_there_is_room_for_is_asked_without_waiting(worker: Worker) -> None:
    wait_for(worker.is_ready)
    # The results are longer than a pipe, so that the process waits until they are read, and reads nothing before.
    lines = [event(number, note="é" * 40) for number in range(1, 500)]
    asked = 0
    while worker.has_room(lines):
        worker.ask(lines)
        asked += 1
    assert asked > 1
    assert [len(worker.results()) for _ in range(asked)] == [len(lines)] * asked


def test_a_process_that_was_killed_is_noticed(worker: Worker) -> None:
    wait_for(worker.is_ready)
    os.kill(worker.pid, signal.SIGKILL)
    worker.ask([event(1)])
    with pytest.raises(WorkerLostError):
        worker.results()


def test_a_closed_worker_is_gone(worker: Worker) -> None:
    worker.close()
    assert not psutil.pid_exists(worker.pid)


def test_a_process_is_told_no_secret() -> None:
    run = begun(
        api_key="a-key-that-is-secret",
        platform={"client_id": "an-id-for-it", "client_secret": "its-secret", "account_id": "7"},
        object_storage_config={
            "storage_type": "S3",
            "s3_bucket_name": "b",
            "s3_bucket_region": "us-east-1",
            "bucket_path": "p",
            "access_key_id": "AKIAXXXXXXXXXXXXXXXX",
            "secret_access_key": "a-secret-for-s3",
        },
    )
    told = setup(run)
    assert b"Bought" not in told
    for secret in ("a-key-that-is-secret", run.config.api_secret, "its-secret", "AKIAXXXX", "a-secret-for-s3"):
        assert secret
        assert secret.encode() not in told


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


@pytest.mark.parametrize("executable", [None, "", "/nowhere/python"])
def test_without_an_interpreter_no_worker_starts(monkeypatch: pytest.MonkeyPatch, executable: str | None) -> None:
    monkeypatch.setattr(sys, "executable", executable)
    with pytest.raises(OSError):  # noqa: PT011 - which one depends on the system
        Worker(begun())


def test_what_came_before_a_line_that_cannot_be_read_has_its_turn_first() -> None:
    run = begun()

    class Broken(Source):
        def blocks(self) -> Iterator[list[bytes]]:
            yield from super().blocks()
            raise UnrecoverableError("Input line 7 is too long.")

    source = Broken([[event(number)] for number in range(6)], always(True))
    start: Any = lambda: FakeWorker(RunPreparer(run).prepare, always(True), 9)  # noqa: E731
    lines = ReadAhead(source, [*run.plans], RunPreparer(run).prepare, start, 1, from_line=1).lines()
    taken: list[Any] = []
    with pytest.raises(UnrecoverableError):
        taken.extend(lines)
    assert len(taken) == 6


def test_what_is_prepared_does_not_wait_for_the_rest_of_a_line() -> None:
    run = begun()
    source = Source([[event(1)], [event(2)], [], [event(3)]], always(True))
    start: Any = lambda: FakeWorker(RunPreparer(run).prepare, always(True), 9)  # noqa: E731
    lines = ReadAhead(source, [*run.plans], RunPreparer(run).prepare, start, 1, from_line=1).lines()
    next(lines)
    next(lines)
    assert source.read == 3
    assert len([*lines]) == 1


WIDE = stream_mapping("events", "custom_event", {**FIELDS, **{f"custom_attributes.{n}": "{wide}" for n in range(4)}})


def test_requests_fit_the_pipe_however_they_are_cut_into_pages() -> None:
    config = destination_config(None, WIDE, events_url="http://localhost:1/v2")
    started = Worker(Run.begin(parse_config(config), parse_catalog(configured_catalog("events"))))
    try:
        wait_for(started.is_ready)
        # Two of them do not share a page, and their results fill the pipe back before the pipe to the process is full.
        line = event(1, wide="x" * 1_950)
        asked = 0
        while started.has_room([line]):
            started.ask([line])
            asked += 1
        results = [started.results() for _ in range(asked)]
    finally:
        started.close()
    # The first is the first with its columns, which the reader has to see.
    assert all(result.prepared for [result] in results[1:])


def test_a_process_that_is_stopped_is_given_up(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "WORKER_SECONDS", 0.1)
    wait_for(worker.is_ready)
    os.kill(worker.pid, signal.SIGSTOP)
    worker.ask([b"x" * 900_000])
    with pytest.raises(WorkerLostError):
        worker.ask([b"x" * 900_000])
    with pytest.raises(WorkerLostError):
        worker.results()


RESPONSES = {
    "no length": b"\xff" * 20,
    "less than its length": (9).to_bytes(8, "big") + b"x",
    "more than any memory holds": (1 << 62).to_bytes(8, "big") + b"x",
    "no results": (3).to_bytes(8, "big") + b"abc",
    "nothing": bytes(8),
    "results of other lines": (1).to_bytes(8, "big") + b"\x90",
    "a stream that is none": (5).to_bytes(8, "big") + b"\x91\x92\xcc\x99\xc0",
}


@pytest.mark.parametrize("response", RESPONSES.values(), ids=RESPONSES.keys())
def test_a_process_whose_response_is_no_response_is_given_up(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, response: bytes
) -> None:
    wait_for(worker.is_ready)
    monkeypatch.setattr(tuning, "WORKER_SECONDS", 0.1)
    os.kill(worker.pid, signal.SIGSTOP)
    worker.ask([event(1)])
    readable, writable = os.pipe()
    monkeypatch.setattr(worker, "_from", readable)
    os.write(writable, response)
    with pytest.raises(WorkerLostError):
        worker.results()
    os.close(readable)
    os.close(writable)
