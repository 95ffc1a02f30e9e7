"""Whatever comes in, `write` accepts or rejects each record, or ends at a line that it names; and its counts add up."""

import json
import random
import re
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess

from destination_mparticle import json_reading
from unit_tests.hostile.lines import BROKEN, ODD_STATES, SECRET_WORD, SKIPPED, state_line
from unit_tests.hostile.records import LARGE_ODDITIES, ODDITIES, distinct_names, record_line, row

from .harness import EVENTS, catalog, command, config, files, record, run, state

NOW = int(time.time() * 1000)
GOOD = record("events", customer="c-1", name="Bought", at=NOW)
COUNTS = re.compile(
    r"events: in (\d+), accepted (\d+), rejected (\d+)(?:.*?, not sent (\d+))?(?:.*?, in progress (\d+))?"
)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "rejects"


@pytest.fixture
def paths(sandbox: SandboxProcess, tmp_path: Path, store: Path) -> list[str]:
    storage = {"storage_type": "Local", "destination_path": str(store)}
    settings = config(sandbox, EVENTS, on_rejected="skip", object_storage_config=storage)
    return list(files(tmp_path, settings, catalog("events")))


def counts(outcome: Any) -> tuple[int, ...]:
    """Read, accepted, rejected and not sent, as the last summary has them."""
    found = [match for text in outcome.logs() if (match := COUNTS.match(text))]
    read, accepted, rejected, held_back, in_progress = (int(count or 0) for count in found[-1].groups())
    return read, accepted, rejected, held_back + in_progress


def stored(store: Path) -> list[Any]:
    return [json_reading.loads(line) for path in store.rglob("*.jsonl") for line in path.read_bytes().splitlines()]


def assert_all_settled(outcome: Any, sandbox: SandboxProcess, store: Path, records: int) -> None:
    """The counts of the log, the states, the store and mParticle agree, and mParticle refused nothing."""
    read, accepted, rejected, not_sent = counts(outcome)
    assert (outcome.code, outcome.error) == (0, None)
    assert (read, not_sent) == (records, 0)
    assert accepted + rejected == records
    confirmed: Counter[str] = Counter()
    for line in outcome.states:
        confirmed.update(line["state"]["destinationStats"])
    assert confirmed == {"recordCount": accepted, "rejectedRecordCount": rejected}
    assert len(stored(store)) == rejected
    assert all(line["rejected_reason"] and line["rejected_message"] for line in stored(store))
    report = sandbox.events_report()
    assert report["events"] + report["duplicates"] == accepted
    assert (report["silently_dropped"], report["batches_refused"], report["refused"]) == ({}, {}, {})


def test_every_odd_record_is_accepted_or_rejected_with_its_reason(
    sandbox: SandboxProcess, paths: list[str], store: Path
) -> None:
    rng = random.Random(1)
    lines = [record_line(row(oddity, rng, NOW, n)) for n, oddity in enumerate(ODDITIES)]

    outcome = run("write", *paths, stdin=b"".join(lines) + state("events", read=1))

    assert_all_settled(outcome, sandbox, store, len(ODDITIES))
    assert len(stored(store)) > len(ODDITIES) // 3


@pytest.mark.parametrize("oddity", LARGE_ODDITIES)
def test_a_large_record_is_accepted_or_rejected_and_leaves_the_log_short(
    sandbox: SandboxProcess, paths: list[str], store: Path, oddity: str
) -> None:
    lines = GOOD + record_line(row(oddity, random.Random(1), NOW, 2)) + state("events", read=2)

    outcome = run("write", *paths, stdin=lines)

    assert_all_settled(outcome, sandbox, store, 2)
    assert all(len(text) < 2_000 for level in ("INFO", "WARN") for text in outcome.logs(level))


def test_a_hundred_thousand_names_are_read_and_few_of_them_logged(
    sandbox: SandboxProcess, paths: list[str], store: Path
) -> None:
    lines = [*distinct_names(100_000, in_each=50, now=NOW), state("events", read=1)]

    outcome = run("write", *paths, stdin=b"".join(lines))

    assert_all_settled(outcome, sandbox, store, 2_000)
    assert len(stored(store)) == 1_000
    assert all(len(text) < 3_000 for level in ("INFO", "WARN") for text in outcome.logs(level))


@pytest.mark.parametrize("seed", range(4))
def test_odd_records_states_and_other_messages_in_any_order_add_up(
    sandbox: SandboxProcess, paths: list[str], store: Path, seed: int
) -> None:
    rng = random.Random(seed)
    records = [record_line(row(rng.choice(list(ODDITIES)), rng, NOW, n)) for n in range(120)]
    others = [text.encode() + b"\n" for text in rng.choices(list(SKIPPED.values()), k=20)]
    lines = [*records, *others, *(state("events", read=n) for n in range(10))]
    rng.shuffle(lines)

    outcome = run("write", *paths, stdin=b"".join([*lines, state("events", read=10)]))

    assert_all_settled(outcome, sandbox, store, len(records))
    assert len(outcome.states) == 11


@pytest.mark.parametrize("seed", range(4))
def test_up_to_a_broken_line_the_counts_add_up_and_what_was_confirmed_was_settled(
    sandbox: SandboxProcess, paths: list[str], store: Path, seed: int
) -> None:
    rng = random.Random(seed)
    lines = [record_line(row(rng.choice(list(ODDITIES)), rng, NOW, n)) for n in range(60)]
    lines[rng.randrange(40)] = state("events", read=1)
    broken = rng.choice(list(BROKEN.values())).encode() + b"\n"

    outcome = run("write", *paths, stdin=b"".join([*lines, broken, GOOD]))

    assert (outcome.code, outcome.error["failure_type"]) == (1, "system_error")
    assert outcome.error["message"].startswith("Input line 61 ")
    assert SECRET_WORD not in json.dumps(outcome.lines)
    read, accepted, rejected, not_sent = counts(outcome)
    assert (read, accepted + rejected + not_sent) == (59, 59)
    confirmed = sum(sum(line["state"]["destinationStats"].values()) for line in outcome.states)
    assert confirmed <= accepted + rejected
    assert len(stored(store)) == rejected
    report = sandbox.events_report()
    # What was on its way when the line came may have arrived.
    assert accepted <= report["events"] + report["duplicates"] <= accepted + not_sent


def test_states_of_any_shape_come_back_as_they_were_with_the_counts(paths: list[str]) -> None:
    lines = b"".join(GOOD + state_line(text) for text in ODD_STATES.values())

    done = subprocess.run(command("write", *paths), input=lines, capture_output=True, check=True)

    returned = [line for line in done.stdout.splitlines() if line.startswith(b'{"type":"STATE"')]
    assert len(returned) == len(ODD_STATES)
    accepted = 0
    for text, line in zip(ODD_STATES.values(), returned, strict=True):
        body = json_reading.loads(line)["state"]
        accepted += body["destinationStats"]["recordCount"]
        if "destinationStats" not in text:
            without_counts = re.sub(rb'"destinationStats":\{[^}]*\},?', b"", line, count=1)
            assert without_counts == b'{"type":"STATE","state":%s}' % text.encode()
    assert accepted == len(ODD_STATES)


def test_rows_that_become_one_user_are_sent_in_their_order(sandbox: SandboxProcess, paths: list[str]) -> None:
    spellings = ["c-7", " c-7", "c-7\t", "\u200bc-7", "\u00a0c-7\ufeff"]
    lines = [
        record("events", customer=spellings[n % len(spellings)], name="Bought", at=NOW, n=n, kind=n % 3)
        for n in range(30)
    ]

    run("write", *paths, stdin=b"".join(lines))

    batches = sandbox.user("customer_id:c-7")
    assert [event["data"]["custom_attributes"]["n"] for batch in batches for event in batch["events"]] == list(
        range(30)
    )
