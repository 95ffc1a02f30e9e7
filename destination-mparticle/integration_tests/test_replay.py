import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess

from .harness import catalog, config, contents, files, popen, record, state, written

NOW = int(time.time() * 1000)


def lines_of(count: int, users: int = 300, state_every: int = 1_000) -> Iterator[Any]:
    rng = random.Random(7)
    for n in range(count):
        yield record("events", customer=f"c-{rng.randrange(users)}", name="Bought", at=NOW - n, n=n)
        if n % state_every == state_every - 1:
            yield state("events", read=n + 1)


def test_ten_thousand_records_written_twice_are_ten_thousand_records(sandbox: SandboxProcess) -> None:
    lines = list(lines_of(10_000))
    written(config(sandbox), catalog(), lines)
    first = sandbox.events_report()

    states, failure = written(config(sandbox), catalog(), lines)

    again = sandbox.events_report()
    assert failure is None
    assert first["events"] == again["events"] == 10_000
    assert again["batches_accepted"] == first["batches_accepted"]
    assert again["duplicates"] == first["batches_accepted"]
    assert sum(line["state"]["destinationStats"]["recordCount"] for line in states) == 10_000


def test_killed_anywhere_and_replayed_from_the_last_state_nothing_is_lost_or_doubled(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    lines = list(lines_of(8_000, state_every=200))
    paths = files(tmp_path, config(sandbox, max_batches_per_second=4_000), catalog())
    stop_after = random.Random(time.time_ns()).randrange(2, 20)

    last = 0
    with _saved(tmp_path, lines).open("rb") as source:
        killed = popen("write", *paths, stdin=source)
    for line in killed.stdout:
        message = json.loads(line)
        if message["type"] == "STATE":
            last = message["state"]["stream"]["stream_state"]["read"]
            stop_after -= 1
        if stop_after == 0:
            killed.kill()
            break
    killed.communicate()
    assert 0 < last < 8_000

    written(config(sandbox), catalog(), lines[last + last // 200 :])

    times_seen = Counter(n for _, n in contents(sandbox.batches()))
    assert times_seen == Counter(range(8_000))


def _saved(folder: Path, lines: Any) -> Any:
    path = folder / "input.jsonl"
    path.write_bytes(b"".join(lines))
    return path


def test_equal_rows_between_two_states_stay_two(sandbox: SandboxProcess) -> None:
    row = record("events", customer="c-1", name="Scanned", at=NOW, n=1)

    written(config(sandbox), catalog(), [row, row, state("events", read=2)])

    events = [event for batch in sandbox.batches() for event in batch["events"]]
    assert len({event["data"]["source_message_id"] for event in events}) == 2


@pytest.mark.parametrize("sync_id", [1, None])
def test_gold_silver_gold_ends_gold_in_one_run_and_over_runs(sandbox: SandboxProcess, sync_id: Any) -> None:
    tiers = ["gold", "silver", "gold"]
    rows = [line for tier in tiers for line in (record("users", customer="c-1", tier=tier), state("users"))]

    written(config(sandbox), catalog(sync_id=sync_id), rows)
    for n in range(0, 6, 2):
        written(config(sandbox), catalog(sync_id=sync_id), rows[n : n + 2])

    sent = [batch["user_attributes"]["tier"] for batch in sandbox.user("customer_id:c-1")]
    assert sent == tiers * 2
    assert sandbox.events_report()["duplicates"] == 0


def test_a_retried_request_of_upserts_keeps_its_ids(sandbox: SandboxProcess) -> None:
    sandbox.add_fault(path="/v2/*", accept_then_reset=True, times=2)

    written(config(sandbox), catalog(), [record("users", customer=f"c-{n}", tier="gold") for n in range(5)])

    report = sandbox.events_report()
    assert (report["batches_accepted"], report["duplicates"]) == (5, 10)


def test_a_ready_batch_keeps_its_own_id(sandbox: SandboxProcess) -> None:
    batch = {"source_request_id": "mine", "mpid": 9007199254740993, "events": [], "user_attributes": {"tier": "gold"}}

    written(config(sandbox), catalog("batches"), [record("batches", **batch)])

    assert sandbox.batches() == [{**batch, "environment": "development"}]
