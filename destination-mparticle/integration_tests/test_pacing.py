import statistics
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from mparticle_sandbox import SandboxProcess

from .harness import catalog, config, record, written

RATE = 270
SECONDS = 12


@pytest.fixture
def limited() -> Iterator[Any]:
    with SandboxProcess(rate=RATE) as sandbox:
        yield sandbox


def test_at_the_default_limit_the_rate_is_used_and_429_is_rare(limited: Any) -> None:
    now = int(time.time() * 1000)
    rows = (record("events", customer=f"c-{n}", name="Bought", at=now, n=n) for n in range(RATE * SECONDS))

    written(config(limited, max_batches_per_second=RATE), catalog(), rows)

    report = limited.events_report()
    assert report["batches_accepted"] == RATE * SECONDS
    assert report["refused"].get("429", 0) < 0.005 * report["requests"]
    # The first two seconds are spent on coming up to speed. The median forgives a second that the machine was busy.
    assert statistics.median(_per_second(limited)[2:-1]) >= 0.95 * RATE


def _per_second(sandbox: SandboxProcess) -> Any:
    entries = _arrivals(sandbox)
    counts = [0] * (int((entries[-1] - entries[0]) / 1000) + 1)
    for at in entries:
        counts[int((at - entries[0]) / 1000)] += 1
    return counts


def _arrivals(sandbox: SandboxProcess) -> Any:
    entries: list[Any] = []
    while page := requests.get(
        f"{sandbox.url}/_sandbox/events/batches", params={"limit": 1000, "offset": len(entries)}, timeout=30
    ).json()["batches"]:
        entries += [entry["at_ms"] for entry in page]
    return entries
