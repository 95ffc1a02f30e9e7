"""A bulk request of which mParticle refuses a part: what it refuses is found, and all else is stored once."""

import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess

from .harness import EVENTS, catalog, config, contents, files, record, run, state, written

NOW = int(time.time() * 1000)
BAD = set(random.Random(8).sample(range(600), 8))
STYLES = ["path_and_position", "position", "none"]


def rows(count: int = 600, users: int = 40, bad: Any = BAD) -> Iterator[Any]:
    for n in range(count):
        taste = "sour" if n in bad else "sweet"
        yield record(
            "events", customer=f"c-{n % users}", name="Bought", at=NOW - n, n=n, taste=taste, text="é" * (n % 7)
        )


@pytest.fixture
def picky(sandbox: SandboxProcess) -> Any:
    sandbox.settings(refused_value="sour")
    return sandbox


def times_stored(sandbox: SandboxProcess) -> Any:
    return Counter(n for _, n in contents(sandbox.batches()))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("grouping", ["by_user", "single"])
@pytest.mark.parametrize("rate", [270, 100_000])
def test_of_600_rows_592_are_accepted_and_8_rejected_in_mparticles_words(
    picky: Any, tmp_path: Path, style: Any, grouping: Any, rate: int
) -> None:
    picky.settings(error_paths=style)
    store = {"storage_type": "Local", "destination_path": str(tmp_path)}
    settings = config(
        picky,
        grouping=grouping,
        on_rejected="skip",
        object_storage_config=store,
        max_batches_per_second=rate,
    )

    states, failure = written(settings, catalog("events"), [*rows(), state("events")])

    assert failure is None
    assert states[0]["state"]["destinationStats"] == {"recordCount": 592.0, "rejectedRecordCount": 8.0}
    assert times_stored(picky) == Counter(set(range(600)) - BAD)
    kept = [json.loads(line) for path in tmp_path.rglob("*.jsonl") for line in path.read_bytes().splitlines()]
    assert {line["data"]["n"] for line in kept} == BAD
    for line in kept:
        assert line["rejected_message"].startswith("Error converting value \"sour\" to type 'System.Int32'.")
        assert line["rejected_field"] == ("" if style == "none" else "data.custom_attributes.taste")


@pytest.mark.parametrize("style", STYLES)
def test_every_users_rows_stay_in_order_around_a_refused_one(picky: Any, style: Any) -> None:
    picky.settings(error_paths=style)
    steps = [{"field": field, "value": "{n}"} for field in ("user_attributes.step", "custom_attributes.n")]
    changing = {**EVENTS, "fields": [*EVENTS["fields"], *steps]}

    written(config(picky, changing, on_rejected="skip"), catalog("events"), list(rows(users=8)))

    for user in range(8):
        stored = [n for _, n in contents(picky.user(f"customer_id:c-{user}"))]
        assert stored == [n for n in range(600) if n % 8 == user and n not in BAD]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("grouping", ["by_user", "single"])
def test_where_a_reject_ends_the_sync_fixing_what_was_refused_doubles_nothing(
    picky: Any, style: Any, grouping: Any
) -> None:
    picky.settings(error_paths=style)
    settings = config(picky, grouping=grouping)

    states, failure = written(settings, catalog("events"), [*rows(), state("events")])

    assert states == []
    assert "refused_by_mparticle" in failure.message
    assert "sour" not in failure.message
    assert not set(times_stored(picky)) & BAD

    fixed, failure = written(settings, catalog("events"), [*rows(bad=()), state("events")])

    assert failure is None
    assert fixed[0]["state"]["destinationStats"]["recordCount"] == 600.0
    assert times_stored(picky) == Counter(range(600))


def test_the_log_names_the_path_and_never_the_words(picky: Any, tmp_path: Path) -> None:
    paths = files(tmp_path, config(picky), catalog("events"))

    outcome = run("write", *paths, stdin=b"".join(rows()))

    assert outcome.code == 1
    assert "refused_by_mparticle in `data.custom_attributes.taste`" in outcome.error["message"]
    assert "sour" not in json.dumps(outcome.lines)


def test_credentials_that_mparticle_echoes_are_masked_in_the_store(sandbox: SandboxProcess, tmp_path: Path) -> None:
    sandbox.add_fault(path="/v2/*", status=400, body={"errors": [{"message": f"Bad pair {sandbox.api_secret}."}]})
    store = {"storage_type": "Local", "destination_path": str(tmp_path / "store")}
    settings = config(sandbox, on_rejected="skip", object_storage_config=store)

    run("write", *files(tmp_path, settings, catalog("events")), stdin=b"".join(rows(3)))

    kept = b"".join(path.read_bytes() for path in tmp_path.joinpath("store").rglob("*.jsonl"))
    assert kept.count(b"Bad pair ****.") == 3
