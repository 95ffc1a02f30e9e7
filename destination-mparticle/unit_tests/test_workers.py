"""A process prepares what this one would. One that hangs, ends or talks nonsense is given up."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from mparticle_sandbox.testing import configured_catalog, destination_config, stream_mapping

from destination_mparticle import tuning
from destination_mparticle.config import parse_config
from destination_mparticle.protocol.catalog import parse_catalog
from destination_mparticle.sync_run import Run
from destination_mparticle.workers.pipes import LineResult
from destination_mparticle.workers.process import RunPreparer
from destination_mparticle.workers.worker import Worker, WorkerLostError, processors, setup

from .runs_with_workers import FIELDS, begun, event


@pytest.mark.parametrize(("limit", "expected"), [("100000 100000", 1), ("50000 100000", 1), ("9000000 100000", None)])
def test_the_limit_of_a_container_counts(tmp_path: Path, limit: str, expected: int | None) -> None:
    (tmp_path / "cpu.max").write_text(f"{limit}\n")
    without = processors(tmp_path / "none")
    assert processors(tmp_path / "cpu.max") == (expected or without)
    (tmp_path / "cpu.max").write_text("max 100000\n")
    assert processors(tmp_path / "cpu.max") == without


@contextmanager
def started(run: Run | None = None, **options: Any) -> Iterator[Worker]:
    worker = Worker(run or begun(), **options)
    try:
        ends = time.monotonic() + 30
        while not worker.is_ready():
            assert time.monotonic() < ends
            time.sleep(0.01)
        yield worker
    finally:
        worker.close()


@pytest.fixture
def worker() -> Iterator[Worker]:
    with started() as worker:
        yield worker


def prepared(worker: Worker, line: bytes) -> list[LineResult]:
    worker.ask([line])
    return worker.results()


def test_a_process_prepares_what_this_one_would(worker: Worker) -> None:
    run = begun()
    lines = [event(number) for number in range(1, 4)]
    worker.ask(lines)
    worker.ask(lines[:1])
    prepare = RunPreparer(run).prepare
    assert worker.results() == [prepare(line) for line in lines]
    assert worker.results() == [prepare(line) for line in lines[:1]]


def test_lines_that_a_pipe_does_not_hold_wait_until_the_process_does(worker: Worker) -> None:
    half = [b"x" * 600_000]
    assert worker.has_room(half)
    worker.ask(half)
    assert not worker.has_room(half)
    assert not worker.has_room([b"x" * (tuning.WORKER_LINE_BYTES + 1)])
    assert [result.prepared for result in worker.results()] == [None]
    assert not worker.has_room([b"x" * (tuning.WORKER_LINE_BYTES + 1)])


def test_as_much_as_there_is_room_for_is_asked_without_waiting(worker: Worker) -> None:
    # The results are longer than a pipe, so that the process waits until they are read, and reads nothing before.
    lines = [event(number, note="é" * 40) for number in range(1, 500)]
    asked = 0
    while worker.has_room(lines):
        worker.ask(lines)
        asked += 1
    assert asked > 1
    assert [len(worker.results()) for _ in range(asked)] == [len(lines)] * asked


def test_a_process_that_was_killed_is_noticed(worker: Worker) -> None:
    os.kill(worker.pid, signal.SIGKILL)
    # It may end before it is asked, or after.
    with pytest.raises(WorkerLostError):
        prepared(worker, event(1))


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


@pytest.mark.parametrize("interpreter", [None, "", "/nowhere/python"])
def test_without_an_interpreter_no_worker_starts(interpreter: str | None) -> None:
    with pytest.raises(OSError):  # noqa: PT011 - which one depends on the system
        Worker(begun(), interpreter=interpreter)


WIDE = stream_mapping("events", "custom_event", {**FIELDS, **{f"custom_attributes.{n}": "{wide}" for n in range(4)}})


def test_requests_fit_the_pipe_however_they_are_cut_into_pages() -> None:
    config = destination_config(None, WIDE, events_url="http://localhost:1/v2")
    with started(Run.begin(parse_config(config), parse_catalog(configured_catalog("events")))) as worker:
        # Two of them do not share a page, and their results fill the pipe back before the pipe to the process is full.
        line = event(1, wide="x" * 1_950)
        asked = 0
        while worker.has_room([line]):
            worker.ask([line])
            asked += 1
        results = [worker.results() for _ in range(asked)]
    # The first is the first with its columns, which the reader has to see.
    assert all(result.prepared for [result] in results[1:])


def test_a_process_that_is_stopped_is_given_up() -> None:
    with started(seconds=0.1) as worker:
        os.kill(worker.pid, signal.SIGSTOP)
        worker.ask([b"x" * 900_000])
        with pytest.raises(WorkerLostError):
            worker.ask([b"x" * 900_000])
        with pytest.raises(WorkerLostError):
            worker.results()


READY = bytes(8)

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
def test_a_process_whose_response_is_no_response_is_given_up(tmp_path: Path, response: bytes) -> None:
    (tmp_path / "responses").write_bytes(READY + response)
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ncat {tmp_path}/responses\nexec sleep 60\n")
    program.chmod(0o700)
    with started(seconds=0.5, interpreter=str(program)) as worker:
        worker.ask([event(1)])
        with pytest.raises(WorkerLostError):
            worker.results()
