"""The source through PyAirbyte into a real DuckDB file."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.testing import profiles_option, source_config

from integration_tests.connector import fork_server

duckdb = pytest.importorskip("duckdb")

# PyAirbyte leaves the file of its own log open.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")

CORE = ("accounts", "workspaces", "audiences", "calculated_attributes")


@pytest.fixture(scope="module")
def read_into(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Reads streams into a database, and says how many records it has processed."""
    # Imported here, because it takes seconds: only for whoever runs these tests.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRBYTE_OFFLINE_MODE", "1")
        patch.setenv("DO_NOT_TRACK", "1")
        ab = pytest.importorskip("airbyte", reason="PyAirbyte runs on Python 3.10 to 3.12")
        executable = fork_server().write_script(tmp_path_factory.mktemp("bin") / "source-mparticle")

        def read(database: Path, config: dict[str, Any], *streams: Any) -> Any:
            source = ab.get_source("source-mparticle", config=config, local_executable=str(executable))
            source.check()
            source.select_streams(list(streams or CORE))
            with ab.caches.DuckDBCache(db_path=database, schema_name="mparticle") as cache:
                return source.read(cache=cache).processed_records

        yield read


@pytest.fixture(scope="module")
def first_sync(read_into: Any, running_sandbox: SandboxProcess, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A database that one sync has filled, which no test may change, and the number of records of that sync."""
    database = tmp_path_factory.mktemp("first_sync") / "warehouse.duckdb"
    running_sandbox.reset()
    return database, read_into(database, source_config(running_sandbox))


@pytest.fixture
def database(first_sync: Any) -> Any:
    return first_sync[0]


def query(database: Path, sql: Any) -> Any:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_every_stream_becomes_a_typed_table(first_sync: Any) -> None:
    database, processed_records = first_sync
    assert processed_records == 55
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


def test_ids_join_across_tables(database: Path) -> None:
    matched = query(
        database,
        "select count(*) from mparticle.calculated_attributes a join mparticle.workspaces w on a.workspace_id = w.id",
    )
    assert matched == [(24,)]


def test_a_second_sync_leaves_the_same_rows(
    read_into: Any, database: Path, config: dict[str, Any], tmp_path: Path
) -> None:
    again = Path(shutil.copy(database, tmp_path))
    read_into(again, config)
    assert query(again, "select count(*), count(distinct id) from mparticle.audiences") == [(25, 25)]


def test_ids_beyond_53_bits_are_whole_in_the_warehouse(read_into: Any, tmp_path: Path, sandbox: SandboxProcess) -> None:
    database = tmp_path / "warehouse.duckdb"
    users = sandbox.profiles()
    config = source_config(sandbox, org_id=sandbox.org_id, profiles=profiles_option(sandbox))
    read_into(database, config, "user_profiles", "audience_memberships")
    assert {row[0] for row in query(database, "select mpid from mparticle.user_profiles")} == {
        user["mpid"] for user in users
    }
    joined = "select count(*) from mparticle.audience_memberships m join mparticle.user_profiles p on m.mpid = p.mpid"
    assert query(database, joined) == query(database, "select count(*) from mparticle.audience_memberships")
