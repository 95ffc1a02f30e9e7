"""The work that the destination does for a record, counted: a count is the same on every machine, and a time is not."""

import io
import json
import math
import re
import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
import requests_mock
from mparticle_sandbox.testing import configured_catalog, destination_config, stream_mapping

from benchmarks import rows
from destination_mparticle.config import parse_config
from destination_mparticle.mparticle import limits
from destination_mparticle.protocol.catalog import parse_catalog
from destination_mparticle.protocol.output import Output
from destination_mparticle.sync import write
from destination_mparticle.sync_run import Run

RECORDS = rows.RECORDS_BETWEEN_STATES
FEW_RECORDS = 2_000
# Calls of functions, Python's and C's, from a line to its batch: a tenth above what CPython 3.11 counts, because others
# count a little differently. What makes the destination faster lowers these numbers.
MOST_CALLS = {"sorted": 140, "shuffled": 172, "skewed": 138}
# Bytes of requests for each byte of input: a tenth above today's. What is said about a user is sent once for a batch.
MOST_SENT = {"sorted": 1.33, "shuffled": 1.66, "skewed": 1.3}
# Bytes of memory for a record that waits for its state, where few share a user: a tenth above what CPython 3.10 takes.
MOST_HELD = 1_530


def run_of(**options: Any) -> Run:
    mapping = stream_mapping(rows.STREAM, "custom_event", rows.FIELDS, unmapped="attributes")
    config = destination_config(None, mapping, max_batches_per_second=100_000, **options)
    return Run.begin(parse_config(config), parse_catalog(configured_catalog(rows.STREAM)))


def lines_of(order: str, records: int = RECORDS) -> list[bytes]:
    return list(rows.lines(order, records, int(time.time() * 1000)))


def fewest_batches(order: str) -> int:
    """One for each user, and for each hundred events of a user."""
    messages = map(json.loads, lines_of(order))
    users = Counter(message["record"]["data"]["user"] for message in messages if message["type"] == "RECORD")
    return sum(math.ceil(events / limits.REQUEST_EVENTS) for events in users.values())


def calls(work: Callable[[], None]) -> int:
    """How many functions this thread calls for it."""
    count = 0

    def see(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(see)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("order", rows.ORDERS)
def test_a_record_takes_no_more_calls_than_it_did(order: str) -> None:
    run, lines, output = run_of(validate_only=True), lines_of(order, FEW_RECORDS), Output(io.BytesIO())
    assert calls(lambda: write(run, lines, output)) / FEW_RECORDS <= MOST_CALLS[order]


@pytest.mark.parametrize("order", rows.ORDERS)
def test_an_input_makes_the_fewest_batches_that_its_states_allow(order: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="airbyte"):
        write(run_of(validate_only=True), lines_of(order), Output(io.BytesIO()))
    (batches,) = re.findall(rf"events {RECORDS}, batches (\d+),", caplog.text)
    assert int(batches) == fewest_batches(order)


@pytest.mark.parametrize("order", rows.ORDERS)
def test_requests_are_full_and_hold_little_more_than_the_input(order: str) -> None:
    lines = lines_of(order)
    with requests_mock.Mocker() as service:
        service.post(requests_mock.ANY, status_code=202)
        write(run_of(), lines, Output(io.BytesIO()))
    assert service.call_count <= RECORDS / limits.REQUEST_EVENTS * 1.05
    sent = sum(len(request.body) for request in service.request_history)
    assert sent <= MOST_SENT[order] * sum(map(len, lines))


def test_a_record_that_waits_for_its_state_takes_no_more_memory_than_it_did() -> None:
    run, lines, output = run_of(validate_only=True), lines_of("shuffled"), Output(io.BytesIO())
    tracemalloc.start()
    try:
        write(run, lines, output)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most <= MOST_HELD * RECORDS
