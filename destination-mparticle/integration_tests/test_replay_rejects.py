"""What was rejected is kept whole, and can be sent again."""

import json
import shlex
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess

from .harness import EVENTS, catalog, command, config, files, record, run, state, written

NOW = int(time.time() * 1000)
ODD = [
    f'{{"customer":null,"name":"Bought","at":{NOW},{rest}}}'
    for rest in (
        '"n":1,"big":123456789012345678901234567890',
        '"n":2,"odd":NaN',
        '"n":3,"odd":' + "[" * 5_000 + "]" * 5_000,
        r'"n":4,"odd":"\ud800"',
        '"n":5,"odd":1e400,"deep":{"b":1,"a":1.10}',
    )
]


def line(data: Any, stream: str = "events") -> Any:
    return f'{{"type":"RECORD","record":{{"stream":"{stream}","emitted_at":1,"data":{data}}}}}\n'.encode()


def storage(folder: Path) -> Any:
    return {"storage_type": "Local", "destination_path": str(folder / "rejects")}


@pytest.fixture
def rejects(sandbox: SandboxProcess, tmp_path: Path) -> Any:
    """A store with the odd records, none of which has a customer, in two files, and one record of a user."""
    settings = config(sandbox, on_rejected="skip", object_storage_config=storage(tmp_path))
    lines = [*map(line, ODD[:3]), state("events", read=3), *map(line, ODD[3:]), record("users", customer=None)]
    states, failure = written(settings, catalog(sync_id=3), lines)
    assert failure is None
    assert states[0]["state"]["destinationStats"]["rejectedRecordCount"] == 3.0
    return tmp_path / "rejects"


def test_odd_records_are_rejected_one_by_one_and_the_rest_is_sent(sandbox: SandboxProcess, tmp_path: Path) -> None:
    settings = config(sandbox, on_rejected="skip", object_storage_config=storage(tmp_path))
    odd = [text.replace('"customer":null', '"customer":"c-1"') for text in ODD]
    good = record("events", customer="c-1", name="Bought", at=NOW, n=0)

    states, failure = written(settings, catalog(), [good, *map(line, odd), good, state("events", read=7)])

    assert failure is None
    assert states[0]["state"]["destinationStats"] == {"recordCount": 2.0, "rejectedRecordCount": 5.0}
    (batch,) = sandbox.batches()
    assert len(batch["events"]) == 2


def test_what_is_replayed_is_what_was_rejected_digit_by_digit_and_in_order(
    sandbox: SandboxProcess, rejects: Path, tmp_path: Path
) -> None:
    paths = files(tmp_path, config(sandbox, object_storage_config=storage(tmp_path)), catalog())
    arguments = command("replay-rejects", *paths)

    everything = subprocess.run([*arguments, "."], capture_output=True, check=True).stdout
    one_stream = subprocess.run(
        [*arguments, str(rejects / "sync_3" / "events")], capture_output=True, check=True
    ).stdout

    assert one_stream == b"".join(map(line, ODD))
    assert everything == one_stream + line('{"customer": null}', "users")


def test_the_documented_pipeline_sends_rejected_records_once_their_cause_is_fixed(
    sandbox: SandboxProcess, rejects: Path, tmp_path: Path
) -> None:
    kept = [{"field": "event_name", "value": "{name}"}, {"field": "custom_attributes.n", "value": "{n}"}]
    fixed = {**EVENTS, "fields": [{"field": "customer_id", "value": "c-{n}"}, *kept], "unmapped": "ignore"}
    paths = files(tmp_path, config(sandbox, fixed, object_storage_config=storage(tmp_path)), catalog("events"))
    program = shlex.join(command())
    pipeline = f"{program} replay-rejects {shlex.join(paths)} sync_3/events | {program} write {shlex.join(paths)}"

    subprocess.run(pipeline, shell=True, check=True, capture_output=True)  # noqa: S602 - as a user types it

    sent = [event["data"]["custom_attributes"]["n"] for batch in sandbox.batches() for event in batch["events"]]
    assert sorted(sent) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("path", "sentence"),
    [(".", "Stream users is not in the catalog."), ("sync_9", "There are no files of rejected records at ")],
)
def test_what_cannot_be_replayed_is_said_aside_before_anything_is_printed(
    sandbox: SandboxProcess, rejects: Path, tmp_path: Path, path: str, sentence: str
) -> None:
    paths = files(tmp_path, config(sandbox, object_storage_config=storage(tmp_path)), catalog("events"))

    done = subprocess.run(
        command("replay-rejects", *paths, path),
        capture_output=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, b"")
    assert sentence in json.loads(done.stderr)["trace"]["error"]["message"]


@pytest.mark.parametrize("path", ["..", "../other", "sync_3/../../other", "/etc", "{store}-2", "s3://other"])
def test_a_path_that_leads_out_of_the_store_is_refused(
    sandbox: SandboxProcess, rejects: Path, tmp_path: Path, path: str
) -> None:
    # All of them hold a rejected record, and none of it may be printed.
    for other in (tmp_path / "other", Path(f"{rejects}-2")):
        shutil.copytree(rejects, other)
    paths = files(tmp_path, config(sandbox, object_storage_config=storage(tmp_path)), catalog())

    done = subprocess.run(
        command("replay-rejects", *paths, path.format(store=rejects)), capture_output=True, check=False
    )

    assert (done.returncode, done.stdout) == (1, b"")
    message = json.loads(done.stderr)["trace"]["error"]["message"]
    assert message.startswith("There are no files of " if path.startswith("s3:") else "The path ")
    assert "private" not in message


def test_without_a_store_a_path_may_lead_anywhere_on_this_machine(
    sandbox: SandboxProcess, rejects: Path, tmp_path: Path
) -> None:
    paths = files(tmp_path, config(sandbox), catalog())

    done = subprocess.run(command("replay-rejects", *paths, str(rejects)), capture_output=True, check=True)

    assert done.stdout.count(b"\n") == len(ODD) + 1


def test_a_file_that_holds_something_else_is_named_with_the_line(
    sandbox: SandboxProcess, rejects: Path, tmp_path: Path
) -> None:
    (rejects / "sync_3" / "events" / "2020_01_01_000000_1.jsonl").write_text('{"a":"private"}\n')
    paths = files(tmp_path, config(sandbox, object_storage_config=storage(tmp_path)), catalog())

    done = subprocess.run(command("replay-rejects", *paths, "."), capture_output=True, check=False)

    message = json.loads(done.stderr)["trace"]["error"]["message"]
    assert message.startswith("Line 1 of ")
    assert "private" not in message


def test_preview_shows_odd_records_as_they_came(sandbox: SandboxProcess, tmp_path: Path) -> None:
    paths = files(tmp_path, config(sandbox), catalog())

    shown = run("preview", *paths, stdin=line(ODD[0]) + line(ODD[3]))

    assert [one["data"]["n"] for one in shown.lines] == [1, 4]
    assert shown.lines[0]["data"]["big"] == 123456789012345678901234567890
