"""Whatever comes in, `write` accepts or rejects each record, or ends at a line that it names; and its counts add up."""

import random
import re
import subprocess
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.testing import stream_mapping

from destination_mparticle import json_reading
from reliability.hostile import Seen, prepare, run_seed, seen_of
from unit_tests.hostile.lines import ODD_STATES, SECRET_WORD, state_line
from unit_tests.hostile.records import LARGE_ODDITIES, ODDITIES, distinct_names, record_line, row

from .harness import catalog, command, files, record, run, state, with_platform

NOW = int(time.time() * 1000)
GOOD = record("events", customer="c-1", name="Bought", at=NOW)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "rejects"


@pytest.fixture
def paths(sandbox: SandboxProcess, tmp_path: Path) -> list[str]:
    return prepare(sandbox, tmp_path)


def test_every_odd_record_is_accepted_or_rejected_with_its_reason(
    sandbox: SandboxProcess, paths: list[str], store: Path
) -> None:
    rng = random.Random(1)
    lines = [record_line(row(oddity, rng, NOW, n)) for n, oddity in enumerate(ODDITIES)]

    outcome = run("write", *paths, stdin=b"".join(lines) + state("events", read=1))

    seen = seen_of(outcome, sandbox, store, len(ODDITIES), None)
    assert seen.problems() == []
    assert min(seen.accepted, seen.rejected) > len(ODDITIES) // 3


FIELDS: dict[str, dict[str, str]] = {
    "user": {"customer_id": "{customer}"},
    "screen_view": {"customer_id": "{customer}", "screen_name": "{name}", "timestamp": "{at}"},
    "commerce_event": {"customer_id": "{customer}", "action": "purchase", "products": "{extra}", "ip": "{name}"},
    "event_batch": {"batch": "{batch}"},
    "account": {"name": "{name}"},
}


@pytest.mark.parametrize("object_name", FIELDS)
def test_odd_records_of_every_object_are_accepted_or_rejected(
    sandbox: SandboxProcess, tmp_path: Path, store: Path, object_name: str
) -> None:
    mapping = stream_mapping("events", object_name, FIELDS[object_name])
    storage = {"storage_type": "Local", "destination_path": str(store)}
    settings = with_platform(sandbox, mapping, on_rejected="skip", object_storage_config=storage)
    rng = random.Random(1)
    rows = [row(oddity, rng, NOW, n) for n, oddity in enumerate(ODDITIES)]
    if object_name == "event_batch":
        rows = [b'{"batch":{"mpid":5,"events":[],"user_attributes":%s}}' % data for data in rows]

    lines = b"".join(map(record_line, rows)) + state("events", read=1)
    outcome = run("write", *files(tmp_path, settings, catalog("events")), stdin=lines)

    seen = seen_of(outcome, sandbox, store, len(rows), None)
    assert (seen.code, seen.error, seen.silent) == (0, "", {})
    assert seen.accepted + seen.rejected == seen.confirmed == len(rows)
    assert len(seen.stored) == seen.rejected > 0
    assert seen.accepted > 0


@pytest.mark.parametrize("oddity", LARGE_ODDITIES)
def test_a_large_record_is_accepted_or_rejected_and_leaves_the_log_short(
    sandbox: SandboxProcess, paths: list[str], store: Path, oddity: str
) -> None:
    lines = GOOD + record_line(row(oddity, random.Random(1), NOW, 2)) + state("events", read=2)

    outcome = run("write", *paths, stdin=lines)

    assert seen_of(outcome, sandbox, store, 2, None).problems() == []
    assert all(len(text) < 2_000 for level in ("INFO", "WARN") for text in outcome.logs(level))


def test_a_hundred_thousand_names_are_read_and_few_of_them_logged(
    sandbox: SandboxProcess, paths: list[str], store: Path
) -> None:
    lines = [*distinct_names(100_000, in_each=50, now=NOW), state("events", read=1)]

    outcome = run("write", *paths, stdin=b"".join(lines))

    seen = seen_of(outcome, sandbox, store, 2_000, None)
    assert (seen.problems(), seen.rejected) == ([], 1_000)
    assert all(len(text) < 3_000 for level in ("INFO", "WARN") for text in outcome.logs(level))


@pytest.mark.parametrize("seed", range(6))
def test_hostile_input_in_any_order_adds_up_also_where_a_line_ends_it(
    sandbox: SandboxProcess, tmp_path: Path, seed: int
) -> None:
    seen = run_seed(seed, sandbox, tmp_path)

    assert seen.problems() == []
    assert (seen.broken_line is not None) is bool(seed % 2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": 1},
        {"records": 11},
        {"accepted": 5},
        {"rejected": 5},
        {"accepted": 5, "arrived": 5, "not_sent": 1, "confirmed": 9},
        {"confirmed": 9},
        {"confirmed": 11},
        {"stored": []},
        {"stored": [{"rejected_reason": "", "rejected_message": "x"}] * 4},
        {"altered": 1},
        {"arrived": 5},
        {"arrived": 7},
        {"silent": {"refused": {"x": 1}}},
        {"text": SECRET_WORD},
        {"broken_line": 4, "code": 1, "error": "Input line 5 is not valid JSON."},
        {"broken_line": 4},
    ],
    ids=str,
)
def test_the_judge_of_these_runs_finds_what_does_not_add_up(wrong: Any) -> None:
    reject = {"rejected_reason": "bad_value", "rejected_message": "No."}
    good = Seen(
        records=10,
        broken_line=None,
        code=0,
        error="",
        read=10,
        accepted=6,
        rejected=4,
        not_sent=0,
        confirmed=10,
        stored=[reject] * 4,
        altered=0,
        arrived=6,
        silent={},
        text="",
    )
    assert good.problems() == []
    assert replace(good, **wrong).problems() != []


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
