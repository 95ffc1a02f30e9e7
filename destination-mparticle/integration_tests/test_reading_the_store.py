"""What stands in a store of rejected records besides them is passed over, and nothing that belongs there is."""

import json
import os
import subprocess
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess

from destination_mparticle.config import Storage
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.protocol.messages import RecordText
from destination_mparticle.tracking.file_storage import Files
from destination_mparticle.tracking.reject_store import open_store
from destination_mparticle.tracking.replay import rejected_records
from destination_mparticle.validation.reasons import Reason, Rejection

from .harness import catalog, command, config, files, record, written

EVENTS = StreamKey("", "events")
STARTED = datetime(2026, 11, 22, 10, 0, 0, 0, tzinfo=timezone.utc)
NAME = "2026_11_21_090000000000_0123456789ab_1.jsonl"


def store(folder: Path, stream: StreamKey, *rows: Any, later: int = 0) -> None:
    """Store rows as one run."""
    run = open_store(Storage("Local", str(folder)), "sync_1", STARTED + timedelta(seconds=later))
    for row in rows:
        run.add(stream, RecordText(json.dumps(row).encode(), b"1"), Rejection(Reason.SCHEMA, "", ""))
    run.flush()


def replayed(folder: Path, *streams: StreamKey) -> list[tuple[Any, Any, Any]]:
    """The namespace, the stream and the data of what is replayed."""
    lines = rejected_records(Files.local(str(folder)), ".", streams or (EVENTS,))
    records = [json.loads(line)["record"] for line in lines]
    return [(each.get("namespace"), each["stream"], each["data"]) for each in records]


def test_equal_records_of_streams_whose_names_read_alike_are_both_replayed(tmp_path: Path) -> None:
    one, other = StreamKey("db.public", "orders"), StreamKey("db", "public.orders")
    assert str(one) == str(other)
    store(tmp_path, one, {"n": 1})
    store(tmp_path, other, {"n": 1}, later=1)

    assert replayed(tmp_path, one, other) == [("db.public", "orders", {"n": 1}), ("db", "public.orders", {"n": 1})]


def test_blank_lines_are_passed_over(tmp_path: Path) -> None:
    store(tmp_path, EVENTS, {"n": 1}, {"n": 2})
    (file,) = tmp_path.rglob("*.jsonl")
    file.write_bytes(b"\n" + file.read_bytes().replace(b"\n", b"\n \r\n\n"))

    assert [data["n"] for _, _, data in replayed(tmp_path)] == [1, 2]


@pytest.mark.parametrize("path", [".", f"sync_1/events/{NAME}"])
def test_a_named_pipe_is_not_read(sandbox: SandboxProcess, tmp_path: Path, path: str) -> None:
    folder = tmp_path / "rejects"
    store(folder, EVENTS, {"n": 1})
    os.mkfifo(folder / "sync_1" / "events" / NAME)
    local = {"storage_type": "Local", "destination_path": str(folder)}
    arguments = command("replay-rejects", *files(tmp_path, config(sandbox, object_storage_config=local), catalog()))

    done = subprocess.run([*arguments, path], capture_output=True, check=False, timeout=20)

    assert done.stdout.count(b"\n") == (path == ".")
    assert (b"There are no files of rejected records" in done.stderr) is (path != ".")


def test_what_a_killed_process_leaves_unfinished_disturbs_neither_a_replay_nor_a_later_sync(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    folder = tmp_path / "rejects"
    store(folder, EVENTS, {"n": 1})
    left = folder / "sync_1" / "events" / f"{NAME}.unfinished"
    left.write_bytes(b'{"stream":"events","namespace":null,"rejected_re')
    local = {"storage_type": "Local", "destination_path": str(folder)}
    settings = config(sandbox, on_rejected="skip", object_storage_config=local)

    _, failure = written(settings, catalog(sync_id=1), [record("events", customer=None, name="Bought", n=2)])

    assert failure is None
    assert sorted(data["n"] for _, _, data in replayed(folder)) == [1, 2]
    assert left.exists(), "nothing shows that the process which writes it is dead"
