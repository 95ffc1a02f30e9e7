"""Waiting for bytes: who waits, what ends a wait, and what happens to shipments that fill the budget."""

import threading
import time
from typing import Any

import pytest
from requests_mock import Mocker

from destination_mparticle.config import parse_config
from destination_mparticle.errors import FailureType, SyncError
from destination_mparticle.http.settings import DEFAULT_SETTINGS
from destination_mparticle.sending.byte_budget import ByteBudget, Progress
from destination_mparticle.sending.run_context import RunContext
from destination_mparticle.sending.threads import SenderThreads
from destination_mparticle.sink import MparticleSink
from destination_mparticle.transports import open_channels
from unit_tests.mappings import EVENTS_API
from unit_tests.sending_helpers import EVENTS_URL, LIVE, ResultNotes, batch


def test_the_budget_holds_back_what_does_not_fit_until_something_is_released() -> None:
    budget = ByteBudget(100, Progress())
    budget.acquire(80)
    acquired = threading.Event()

    def acquire() -> None:
        budget.acquire(30)
        acquired.set()

    thread = threading.Thread(target=acquire)
    thread.start()
    assert not acquired.wait(0.05)
    budget.release(80)
    assert acquired.wait(5)
    thread.join()


def test_before_it_waits_the_budget_has_room_made() -> None:
    budget = ByteBudget(100, Progress())
    budget.acquire(80)
    budget.acquire(30, lambda: budget.release(80))
    assert not budget.is_empty


def test_something_larger_than_the_budget_passes_alone_and_an_abort_ends_every_wait() -> None:
    progress = Progress()
    budget = ByteBudget(100, progress)
    budget.acquire(500)
    progress.abort()
    budget.acquire(500)


def test_a_wait_without_progress_ends_with_a_plain_error() -> None:
    budget = ByteBudget(100, Progress(timeout=0.3))
    budget.acquire(80)
    started = time.monotonic()
    with pytest.raises(SyncError, match="no final response to any request in 0 seconds") as error:
        budget.acquire(80)
    assert error.value.failure_type is FailureType.TRANSIENT
    assert time.monotonic() - started < 5


def test_a_wait_continues_as_long_as_there_is_progress() -> None:
    progress = Progress(timeout=0.5)
    budget = ByteBudget(100, progress)
    budget.acquire(80)

    def respond_now_and_then() -> None:
        for _ in range(4):
            time.sleep(0.3)
            progress.advance()
        budget.release(80)

    thread = threading.Thread(target=respond_now_and_then)
    thread.start()
    budget.acquire(80)
    thread.join()


def open_sink(results: ResultNotes, budget: ByteBudget, pod: str = "US1") -> MparticleSink:
    config = parse_config({**EVENTS_API, "pod": pod, "events_url": EVENTS_URL})
    threads = SenderThreads(budget.progress)
    return MparticleSink(open_channels(config, RunContext(results, threads, budget, DEFAULT_SETTINGS)), threads, budget)


def test_records_that_fill_the_budget_before_a_request_is_full_are_sent_all_the_same(requests_mock: Mocker) -> None:
    requests_mock.post(LIVE, status_code=202)
    results = ResultNotes()
    sink = open_sink(results, ByteBudget(1_000_000, Progress(timeout=5)))
    for n in range(30):
        sink.send(batch("e", user=f"u{n}", line=b"x" * 400_000))
    sink.finish()
    assert len(results.accepted_shipments) == 30


def test_a_failed_thread_stops_the_reader_even_when_the_budget_is_full(requests_mock: Mocker) -> None:
    requests_mock.post(LIVE, status_code=403)
    sink = open_sink(ResultNotes(), ByteBudget(1, Progress()), pod="EU1")
    with pytest.raises(SyncError, match="pod EU1"):
        _send_for_ever(sink)
    sink.abort()


def _send_for_ever(sink: MparticleSink) -> None:
    while True:
        sink.send(batch("a"))
        sink.flush()


def test_after_a_state_small_requests_leave_while_few_are_in_progress_and_gather_while_many_are(
    requests_mock: Mocker,
) -> None:
    go_on = threading.Event()
    sizes = []

    def respond(request: Any, context: Any) -> str:
        sizes.append(request.body.count(b'"mpid":1'))
        go_on.wait(5)
        context.status_code = 202
        return ""

    requests_mock.post(LIVE, text=respond)
    results = ResultNotes()
    sink = open_sink(results, ByteBudget(10**9, Progress()))
    for n in range(28):
        sink.send(batch("e", user=f"u{n}"))
        sink.flush_soon()
    go_on.set()
    sink.finish()

    assert len(results.accepted_shipments) == sum(sizes) == 28
    assert len(sizes) <= 7
