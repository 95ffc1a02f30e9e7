"""The source through PyAirbyte into a real DuckDB file."""

import os
from pathlib import Path
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess

from integration_tests.connector import fork_server

os.environ["AIRBYTE_OFFLINE_MODE"] = "1"
os.environ["DO_NOT_TRACK"] = "1"
ab = pytest.importorskip("airbyte", reason="PyAirbyte runs on Python 3.10 to 3.12")
duckdb = pytest.importorskip("duckdb")

# PyAirbyte leaves the file of its own log open.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")

CORE = ("accounts", "workspaces", "audiences", "calculated_attributes")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "warehouse.duckdb"


@pytest.fixture
def read_into(database: Path, config: dict[str, Any], tmp_path: Path) -> Any:
    executable = fork_server().write_script(tmp_path / "source-mparticle")

    def read(*streams: Any) -> Any:
        source = ab.get_source("source-mparticle", config=config, local_executable=str(executable))
        source.check()
        source.select_streams(list(streams or CORE))
        with ab.caches.DuckDBCache(db_path=database, schema_name="mparticle") as cache:
            return source.read(cache=cache).processed_records

    return read


def query(database: Path, sql: Any) -> Any:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_every_stream_becomes_a_typed_table(read_into: Any, database: Path) -> None:
    assert read_into() == 55
    counted = {
        table: query(database, f"select count(*) from mparticle.{table}")[0][0]  # noqa: S608 - names of our own
        for table in ("accounts", "workspaces", "audiences", "calculated_attributes")
    }
    assert counted == {"accounts": 3, "workspaces": 3, "audiences": 25, "calculated_attributes": 24}
    types = dict(
        query(
            database,
            "select column_name, data_type from information_schema.columns where table_name = 'audiences'",
        )
    )
    assert (types["id"], types["size"], types["is_calculated"]) == ("BIGINT", "BIGINT", "BOOLEAN")


def test_ids_join_across_tables(read_into: Any, database: Path) -> None:
    read_into()
    matched = query(
        database,
        "select count(*) from mparticle.calculated_attributes a join mparticle.workspaces w on a.workspace_id = w.id",
    )
    assert matched == [(24,)]


def test_a_second_sync_leaves_the_same_rows(read_into: Any, database: Path) -> None:
    read_into()
    read_into()
    assert query(database, "select count(*), count(distinct id) from mparticle.audiences") == [(25, 25)]


def test_ids_beyond_53_bits_are_whole_in_the_warehouse(
    read_into: Any, database: Path, config: dict[str, Any], sandbox: SandboxProcess
) -> None:
    users = sandbox.profiles()
    config["org_id"] = sandbox.org_id
    config["profiles"] = {
        "workspace_id": str(users[0]["workspace_id"]),
        "identities": [str(user["mpid"]) for user in users],
    }
    read_into("user_profiles", "audience_memberships")
    assert {row[0] for row in query(database, "select mpid from mparticle.user_profiles")} == {
        user["mpid"] for user in users
    }
    joined = "select count(*) from mparticle.audience_memberships m join mparticle.user_profiles p on m.mpid = p.mpid"
    assert query(database, joined) == query(database, "select count(*) from mparticle.audience_memberships")
