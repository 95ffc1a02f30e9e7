import json
import random
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import fastjsonschema
import pytest
from mparticle_sandbox import SandboxProcess

from .harness import EVENTS, catalog, config, record, state, written

NOW = int(time.time() * 1000)
SCHEMA = Path(__file__).resolve().parents[3] / "shared" / "data" / "mparticle-eventsapi-schema.json"
COUNT = 100_000
EVERY = 100
MAPPING = {
    **EVENTS,
    "fields": [
        *EVENTS["fields"],
        {"field": "session_uuid", "value": "{session}"},
        {"field": "user_attributes", "value": "{attributes}"},
        {"field": "custom_attributes.basket", "value": "{basket}"},
    ],
}
INVALID: dict[str, dict[str, Any]] = {
    "missing_identity": {"customer": None},
    "missing_field": {"name": None},
    "bad_timestamp": {"at": "last tuesday"},
    "bad_value": {"session": "not-a-uuid"},
    "too_many_attributes": {f"column_{n}": n for n in range(101)},
    "value_too_long": {"basket": ["x" * 5_000]},
    "batch_too_large": {"attributes": {f"name_{n}": ["y" * 500] * 10 for n in range(40)}},
}


def lines() -> Iterator[Any]:
    rng = random.Random(3)
    kinds = list(INVALID)
    for n in range(COUNT):
        row: dict[str, Any] = {"customer": f"c-{rng.randrange(1_000)}", "name": "Bought", "at": NOW - n, "n": n}
        if n % EVERY == 0:
            row |= INVALID[kinds[n // EVERY % len(kinds)]]
        yield record("events", **row)
        if n % 20_000 == 19_999:
            yield state("events", read=n + 1)


def test_every_record_of_a_large_input_is_accepted_or_rejected_with_its_reason(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    settings = config(
        sandbox,
        MAPPING,
        on_rejected="skip",
        object_storage_config={"storage_type": "Local", "destination_path": str(tmp_path)},
    )

    states, failure = written(settings, catalog("events"), lines())

    assert failure is None
    stats = [line["state"]["destinationStats"] for line in states]
    assert [one["recordCount"] + one["rejectedRecordCount"] for one in stats] == [20_000.0] * 5
    kept = [json.loads(line) for path in tmp_path.rglob("*.jsonl") for line in path.read_bytes().splitlines()]
    assert len(kept) == sum(one["rejectedRecordCount"] for one in stats) == COUNT // EVERY
    assert {row["rejected_reason"] for row in kept} == INVALID.keys()
    assert all(row["data"]["n"] % EVERY == 0 for row in kept)
    report = sandbox.events_report()
    assert report["events"] == COUNT - COUNT // EVERY
    assert (report["silently_dropped"], report["batches_refused"], report["refused"]) == ({}, {}, {})
    assert report["duplicates"] == 0


def test_every_accepted_batch_of_a_large_input_fits_the_published_schema(sandbox: SandboxProcess) -> None:
    if not SCHEMA.is_file():
        pytest.skip("the published schema is not at hand")
    valid = fastjsonschema.compile(json.loads(SCHEMA.read_text()), detailed_exceptions=False)

    written(config(sandbox, MAPPING, on_rejected="skip"), catalog("events"), islice(lines(), 20_000))

    batches = sandbox.batches()
    assert batches
    for batch in batches:
        valid(batch)


def test_the_first_reject_ends_the_sending_and_the_rest_is_only_checked(sandbox: SandboxProcess) -> None:
    good = [record("events", customer="c-1", name="Bought", at=NOW, n=n) for n in range(4)]
    bad = record("events", customer="c-1", name="Bought", at="soon", n=9)

    states, failure = written(
        config(sandbox),
        catalog(),
        [
            *(good[0], state("events", read=1)),
            *(good[1], bad, state("events", read=3)),
            *(good[2], bad, state("events", read=5)),
        ],
    )

    assert [line["state"]["stream"]["stream_state"]["read"] for line in states] == [1]
    assert sandbox.events_report()["events"] == 1
    assert failure.failure_type.value == "config_error"
    assert "2 of 5 records were rejected: bad_timestamp in `timestamp`" in failure.message
    assert "accepted: 1, valid but not sent: 2" in failure.message


def test_validating_only_sends_nothing_and_confirms_nothing(sandbox: SandboxProcess, tmp_path: Path) -> None:
    settings = config(
        sandbox,
        validate_only=True,
        on_rejected="skip",
        object_storage_config={"storage_type": "Local", "destination_path": str(tmp_path)},
    )

    states, failure = written(
        settings, catalog(), [record("events", customer="c-1", name="B", at="soon"), state("events", read=1)]
    )

    assert (states, failure) == ([], None)
    assert sandbox.requests()["total"] == 0
    assert len(list(tmp_path.rglob("*.jsonl"))) == 1
