"""Rows and states of any size pass or are rejected; nothing waits for ever."""

import faulthandler
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess

from .harness import EVENTS, catalog, config, contents, record, state, written

NOW = int(time.time() * 1000)
IGNORING = {
    **EVENTS,
    "unmapped": "ignore",
    "fields": [*EVENTS["fields"], {"field": "custom_attributes.n", "value": "{n}"}],
}


@pytest.fixture(autouse=True)
def _an_end() -> Iterator[Any]:
    faulthandler.dump_traceback_later(60, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


def rows(count: int, size: int, stream: str = "events") -> Iterator[Any]:
    for n in range(count):
        yield record(stream, customer=f"c-{n}", name="Bought", at=NOW, n=n, text="x" * size)


@pytest.mark.parametrize(
    ("count", "size", "rate"),
    [
        (300, 1, 270),
        (300, 200_000, 270),
        (1_500, 120_000, 270),
        (60, 1_000_000, 270),
        (3, 30_000_000, 270),
        (1, 40_000_000, 270),
        (700, 40_000, 1_000),
        (1_600, 16_000, 2_000),
    ],
)
@pytest.mark.parametrize("on_rejected", ["fail", "skip"])
def test_rows_of_any_size_arrive_when_what_is_large_is_not_sent(
    sandbox: SandboxProcess, tmp_path: Path, count: int, size: int, rate: int, on_rejected: str
) -> None:
    store = {"storage_type": "Local", "destination_path": str(tmp_path)}
    settings = config(
        sandbox, IGNORING, max_batches_per_second=rate, on_rejected=on_rejected, object_storage_config=store
    )

    states, failure = written(settings, catalog("events"), [*rows(count, size), state("events")])

    assert failure is None
    assert states[0]["state"]["destinationStats"] == {"recordCount": float(count), "rejectedRecordCount": 0.0}
    assert sorted(n for _, n in contents(sandbox.batches())) == list(range(count))


@pytest.mark.parametrize("size", [5_000, 200_000, 40_000_000])
@pytest.mark.parametrize("on_rejected", ["fail", "skip"])
def test_rows_that_are_too_large_to_send_are_cut_or_rejected(
    sandbox: SandboxProcess, tmp_path: Path, size: int, on_rejected: str
) -> None:
    store = {"storage_type": "Local", "destination_path": str(tmp_path)}
    basket = {**EVENTS, "fields": [*EVENTS["fields"], {"field": "custom_attributes.list", "value": "{list}"}]}
    settings = config(sandbox, basket, on_rejected=on_rejected, object_storage_config=store)
    lines = [
        record("events", customer="c-1", name="Bought", at=NOW, n=1),
        record("events", customer="c-2", name="Bought", at=NOW, n=2, list=["x" * size]),
        state("events"),
    ]

    states, failure = written(settings, catalog("events"), lines)

    if on_rejected == "skip":
        assert states[0]["state"]["destinationStats"] == {"recordCount": 1.0, "rejectedRecordCount": 1.0}
    else:
        assert states == []
        assert "1 of 2 records were rejected: value_too_long" in failure.message
    (kept,) = tmp_path.rglob("*.jsonl")
    assert kept.stat().st_size > size


def test_states_between_large_rows_go_out_without_a_wait(sandbox: SandboxProcess) -> None:
    lines = []
    for n, row in enumerate(rows(390, 200_000)):
        lines.append(row)
        if n % 130 == 129:
            lines.append(state("events", read=n + 1))

    states, failure = written(config(sandbox, IGNORING), catalog("events"), lines)

    assert failure is None
    assert [line["state"]["stream"]["stream_state"]["read"] for line in states] == [130, 260, 390]


@pytest.mark.parametrize("on_rejected", ["fail", "skip"])
def test_large_states_wait_for_a_slow_refusal_without_holding_up_the_records(
    sandbox: SandboxProcess, on_rejected: str
) -> None:
    sandbox.add_fault(path="/v2/*", latency_ms=1_500, times=1, status=400)
    large = "x" * 1_000_000
    lines = []
    for n, row in enumerate(rows(60, 10)):
        lines += [row, state("events", read=n + 1, large=large)]

    states, failure = written(config(sandbox, on_rejected=on_rejected), catalog("events"), lines)

    if on_rejected == "skip":
        assert len(states) == 60
        assert sum(line["state"]["destinationStats"]["rejectedRecordCount"] for line in states) == 1
    else:
        assert len(states) < 60
        assert "1 of 60 records were rejected: refused_by_mparticle" in failure.message


@pytest.mark.parametrize("streams", [1, 40, 400])
def test_many_streams_without_states_arrive(sandbox: SandboxProcess, streams: Any) -> None:
    names = [f"s{n}" for n in range(streams)]
    settings = config(sandbox, *({**IGNORING, "stream": name} for name in names))

    def lines() -> Iterator[Any]:
        for n in range(24_000):
            yield record(names[n % streams], customer=f"c-{n}", name="Bought", at=NOW, n=n, text="x" * 2_000)

    _, failure = written(settings, catalog(*names), lines())

    assert failure is None
    assert sandbox.events_report()["events"] == 24_000


def test_a_small_sync_goes_out_in_a_few_requests(sandbox: SandboxProcess) -> None:
    lines = []
    for n, row in enumerate(rows(28, 10)):
        lines += [row, state("events", read=n + 1)] if n % 7 == 6 else [row]

    written(config(sandbox, max_batches_per_second=270), catalog("events"), lines)

    report = sandbox.events_report()
    assert report["batches_accepted"] == 28
    assert report["requests"] <= 5
