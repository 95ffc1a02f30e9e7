"""What the examples read of mParticle's exports: typed tables, each row once, and all of it or an error."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("duckdb")
pytest.importorskip("source_mparticle_exports", reason="pip install ./source-mparticle-exports")

import duckdb

from examples.demo.errors import DemoError
from examples.exports.reader import ExportReader

BATCH = {
    "batch_id": "7145863012345678901",
    "environment": "production",
    "mpid": 12,
    "user_identities": [{"identity_type": "customer_id", "identity": "M-1"}],
    "events": [
        {
            "event_type": "commerce_event",
            "data": {
                "timestamp_unixtime_ms": "1595542763908",
                "event_id": 5,
                "product_action": {"action": "purchase", "total_amount": "19.99"},
            },
        }
    ],
}


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


def exported(folder: Path, second: int, *lines: Any, compress: bool = False) -> Path:
    """A file that mParticle wrote in a second of one minute."""
    folder.mkdir(exist_ok=True)
    file = folder / f"Shop_202607231700{second:02}000000_12345.txt"
    text = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines).encode()
    file.write_bytes(gzip.compress(text) if compress else text)
    return file


def test_a_batch_that_is_exported_again_is_one_row_of_the_types_that_the_connector_tells(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    exported(tmp_path / "exports", 1, BATCH)
    exported(tmp_path / "exports", 2, BATCH, BATCH, compress=True)

    assert ExportReader(tmp_path / "exports", ["events"], tmp_path / "files").read(connection) == 3

    row = connection.execute(
        "SELECT batch_id, timestamp::VARCHAR, total_amount, user_identities ->> 'customer_id', "
        "exported_timestamp::VARCHAR FROM mparticle.events"
    )
    assert row.fetchall() == [
        ("7145863012345678901", "2020-07-23 22:19:23.908+00", 19.99, "M-1", "2026-07-23 17:00:02+00")
    ]


def test_a_broken_line_ends_in_the_connectors_sentence_and_its_file_is_read_again_once_it_is_whole(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    exported(tmp_path / "exports", 1, BATCH, '{"batch_id": "71')
    reader = ExportReader(tmp_path / "exports", ["events", "event_batches"], tmp_path / "files")

    with pytest.raises(DemoError, match=r"stopped\. Line 2 of Shop_\d+_12345\.txt is broken"):
        reader.read(connection)
    exported(tmp_path / "exports", 1, BATCH, BATCH | {"batch_id": "2"})

    assert reader.read(connection) == 4
    assert connection.execute("SELECT count(*) FROM mparticle.event_batches").fetchall() == [(2,)]
