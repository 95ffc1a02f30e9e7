"""Whatever streams are called, their rejected records stay in the store and apart from each other's."""

import json
from datetime import datetime, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from destination_mparticle.config import Storage
from destination_mparticle.errors import ConfigError
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.protocol.messages import RecordText
from destination_mparticle.tracking.file_storage import Files
from destination_mparticle.tracking.reject_store import folder_name, open_store
from destination_mparticle.tracking.replay import rejected_records
from destination_mparticle.validation.reasons import Reason, Rejection

STARTED = datetime(2024, 5, 1, tzinfo=timezone.utc)
FILE = "2020_01_01_000000_1.jsonl"
HOSTILE = [
    *("../..", "..", ".", "../../../etc/cron.d/x", "/etc/passwd", "a/../../b", "~", "~root", "-", " ", "a ", "a."),
    *(
        "a\x00b",
        "a\nb",
        "a\\b",
        "C:\\x",
        "s3://bucket/x",
        "file:///x",
        "a::b",
        "%2e%2e%2f",
        "*",
        "con.",
        "…",
        "ü" * 300,
    ),
    *("x" * 5_000, "名前", "\u202etxt", "e\u0301", "é", "a/b", "a_b", "a:b"),
]
NAMES = st.one_of(st.sampled_from(HOSTILE), st.text(min_size=1), st.text("./\\-_ ab~\x00", min_size=1))


def store_of(tmp_path: Path, streams: list[StreamKey], run: str = "sync_1") -> Path:
    """Store one record of each stream, with the place of the stream in the list. Returns the folder of the store."""
    folder = tmp_path / "in" / "rejects"
    store = open_store(Storage("Local", str(folder)), run, STARTED)
    for number, stream in enumerate(streams):
        store.add(stream, RecordText(b'{"n":%d}' % number, b"5"), Rejection(Reason.SCHEMA, "", ""))
    store.flush()
    return folder


@pytest.mark.parametrize("name", ["orders", "Order Items", "_airbyte", "v1.orders-eu", "заказы"])
def test_the_folder_of_an_ordinary_stream_has_its_name(name: str) -> None:
    assert folder_name(name) == name


@given(NAMES)
def test_a_folder_is_one_step_down_for_every_file_system(name: str) -> None:
    folder = folder_name(name)
    assert not set(folder) & set('/\\\x00:*?"<>|\n')
    assert folder not in {"", ".", "..", "~"}
    assert len(folder.encode()) <= 255


@given(NAMES, NAMES)
def test_two_names_have_two_folders(one: str, other: str) -> None:
    assert (folder_name(one) == folder_name(other)) is (one == other)
    # Not even the folder of another stream is a name with the same folder.
    assert (folder_name(folder_name(one)) == folder_name(one)) is (folder_name(one) == one)


def test_no_stream_and_no_sync_leads_out_of_the_store_and_none_is_lost(tmp_path: Path) -> None:
    streams = [StreamKey(namespace, name) for namespace in ("", "../..", "/tmp") for name in HOSTILE]
    folder = store_of(tmp_path, streams, run="sync_../../../out")

    everything = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path for path in everything if not path.is_relative_to(folder)] == []
    assert len(everything) == len(streams) == len({path.parent for path in everything})


def test_records_of_streams_with_such_names_are_replayed_as_theirs(tmp_path: Path) -> None:
    streams = [StreamKey("../..", name) for name in HOSTILE]
    folder = store_of(tmp_path, streams)

    replayed = [json.loads(line)["record"] for line in rejected_records(Files.local(str(folder)), ".", streams)]

    assert [(each["namespace"], each["stream"], each["data"]["n"]) for each in replayed] == [
        (stream.namespace, stream.name, number) for number, stream in enumerate(streams)
    ]


def test_no_link_inside_of_the_store_leads_out_of_it(tmp_path: Path) -> None:
    folder, outside = tmp_path / "in" / "rejects", tmp_path / "outside"
    folder.mkdir(parents=True)
    outside.mkdir()
    (outside / FILE).write_text('{"stream":"s","namespace":null,"emitted_at":1,"data":{}}\n')
    (folder / "sync_1").symlink_to(outside)
    storage = Storage("Local", str(folder))
    store = open_store(storage, "sync_1", STARTED)
    store.add(StreamKey("", "s"), RecordText(b"{}", b"5"), Rejection(Reason.SCHEMA, "", ""))

    with pytest.raises(ConfigError, match=r"is not in the folder .*`object_storage_config`"):
        store.flush()
    place = Files.of(storage)
    assert place is not None
    with pytest.raises(ConfigError, match=r"The path `sync_1` is not in the folder"):
        list(rejected_records(place, "sync_1", [StreamKey("", "s")]))
    (folder / FILE).symlink_to(outside / FILE)
    with pytest.raises(ConfigError, match=rf"The path `.*/{FILE}` is not in the folder"):
        list(rejected_records(place, ".", [StreamKey("", "s")]))

    assert [path.name for path in outside.iterdir()] == [FILE]


def test_the_folder_of_the_store_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "rejects").symlink_to(tmp_path / "disk")

    store_of(tmp_path, [StreamKey("", "s")])

    assert len(list((tmp_path / "disk").rglob("*.jsonl"))) == 1


def test_a_place_without_a_configured_store_is_not_called_one(tmp_path: Path) -> None:
    file = tmp_path / FILE
    file.symlink_to(tmp_path / "gone")

    with pytest.raises(
        ConfigError, match=r"^The folder `.*` cannot be read \(No such file or directory\); check the path"
    ):
        list(rejected_records(Files.local(str(tmp_path)), ".", [StreamKey("", "s")]))
