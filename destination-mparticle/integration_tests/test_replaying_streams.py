"""Store, fix the mapping, replay: each rejected record of every stream is sent once and in order, by one command."""

import json
import shlex
import subprocess
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.testing import configured_catalog

from destination_mparticle.config import parse_config
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.protocol.catalog import parse_catalog
from destination_mparticle.protocol.messages import RecordText
from destination_mparticle.tracking.file_storage import Files
from destination_mparticle.tracking.reject_store import open_store
from destination_mparticle.tracking.replay import rejected_records
from destination_mparticle.validation.reasons import Reason, Rejection

from .harness import EVENTS, command, config, files, state, written
from .s3 import storage as s3_storage

NOW = 1_714_557_600_000
STREAMS = [("", "events"), ("shop", "events"), ("shop", "orders"), ("späte/..", "orders")]
ROWS = 60


def mappings(customer: str) -> list[Any]:
    fields = [{"field": "customer_id", "value": customer}, *EVENTS["fields"][1:]]
    return [
        {**EVENTS, "stream": name, "fields": [*fields, {"field": "custom_attributes.n", "value": "{n}"}]}
        for name in ("events", "orders")
    ]


def catalog_of_all() -> Any:
    streams = [{"name": name, "json_schema": {}, "supported_sync_modes": ["full_refresh"]} for _, name in STREAMS]
    catalog = configured_catalog(*streams, sync_id=5)
    for entry, (namespace, _) in zip(catalog["streams"], STREAMS, strict=True):
        entry["stream"]["namespace"] = namespace or None
    return catalog


def rows() -> list[Any]:
    """Rows of all streams in turn, of three users, with a state after each twenty, so that files have many parts."""
    lines = []
    for n in range(ROWS):
        namespace, name = STREAMS[n % len(STREAMS)]
        row = {"who": f"c-{n % 3}", "name": "Bought", "at": NOW, "n": n, "place": f"{namespace}.{name}"}
        message = {"stream": name, "namespace": namespace or None, "emitted_at": 1, "data": row}
        lines.append(json.dumps({"type": "RECORD", "record": message}).encode() + b"\n")
        if n % 20 == 19:
            lines.append(b'{"type":"STATE","state":{"data":{}}}\n')
    return lines


@pytest.mark.parametrize("kind", ["Local", "S3"])
def test_the_documented_command_sends_what_all_streams_rejected_once_and_in_order(
    sandbox: SandboxProcess, request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    if kind == "S3":
        endpoint, _ = request.getfixturevalue("bucket")
        store = s3_storage(endpoint)
    else:
        store = {"storage_type": "Local", "destination_path": str(tmp_path / "rejects")}
    broken = config(sandbox, *mappings("{customer}"), on_rejected="skip", object_storage_config=store)
    _, failure = written(broken, catalog_of_all(), rows())
    assert failure is None
    assert sandbox.batches() == []

    fixed = config(sandbox, *mappings("{who}"), object_storage_config=store)
    paths, program = shlex.join(files(tmp_path, fixed, catalog_of_all())), shlex.join(command())
    pipeline = f"{program} replay-rejects {paths} sync_5 | {program} write {paths}"
    subprocess.run(pipeline, shell=True, check=True, capture_output=True)  # noqa: S602 - as a user types it

    sent: dict[tuple[str, str], list[int]] = {}
    for batch in sandbox.batches():
        for event in batch["events"]:
            attributes = event["data"]["custom_attributes"]
            sent.setdefault((batch["user_identities"]["customer_id"], attributes["place"]), []).append(attributes["n"])
    assert sorted(n for numbers in sent.values() for n in numbers) == list(range(ROWS))
    assert all(numbers == sorted(numbers) for numbers in sent.values())
    assert len(sent) == 3 * len(STREAMS)


def test_what_a_sync_that_was_tried_again_stored_twice_is_replayed_once(tmp_path: Path) -> None:
    storage = parse_config(_local(tmp_path)).storage
    started = datetime(2024, 5, 1, tzinfo=timezone.utc)
    attempts = (("a", "b", "b", "c"), ("b", "b", "c", "d"), ("a", "d", "e"))
    for minutes, names in enumerate(attempts):
        store = open_store(storage, "sync_5", started + timedelta(minutes=minutes))
        for name in names:
            text = b'{"name":"%s","_airbyte_extracted_at":%d}' % (name.encode(), minutes)
            store.add(StreamKey("", "events"), RecordText(text, b"%d" % minutes), Rejection(Reason.BAD_VALUE, "", ""))
        store.flush()
    place = Files.of(storage)
    assert place is not None

    lines = list(rejected_records(place, "sync_5", parse_catalog(catalog_of_all())))

    replayed = [json.loads(line)["record"] for line in lines]
    assert [(record["emitted_at"], record["data"]["name"]) for record in replayed] == [
        *((1, name) for name in ("b", "b", "c")),
        *((2, name) for name in ("a", "d", "e")),
    ]


def _local(tmp_path: Path) -> Any:
    store = {"storage_type": "Local", "destination_path": str(tmp_path)}
    return {"platform": {"client_id": "a-client", "client_secret": "a-secret", "account_id": "1"}} | {
        "object_storage_config": store
    }


def test_a_sync_that_failed_and_was_tried_again_leaves_each_rejected_record_once(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    store = {"storage_type": "Local", "destination_path": str(tmp_path / "rejects")}
    broken = config(sandbox, *mappings("{customer}"), on_rejected="skip", object_storage_config=store)
    first, failure = written(broken, catalog_of_all(), [*rows()[:30], b"broken\n"])
    assert failure is not None
    assert len(first) == 1
    written(broken, catalog_of_all(), [*rows()[21:], state("events", read=ROWS)])
    place = Files.of(parse_config(broken).storage)
    assert place is not None
    lines = list(rejected_records(place, ".", parse_catalog(catalog_of_all())))

    stored = sum(path.read_bytes().count(b"\n") for path in (tmp_path / "rejects").rglob("*.jsonl"))
    assert stored > ROWS
    assert sorted(json.loads(line)["record"]["data"]["n"] for line in lines) == list(range(ROWS))
