"""The point-of-sale example's way back: who enters an audience gets the reward that belongs to it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess

pytest.importorskip("duckdb")
pytest.importorskip("destination_mparticle", reason="pip install ./destination-mparticle")
pytest.importorskip("source_mparticle_exports", reason="pip install ./source-mparticle-exports")

import duckdb

from examples.pos_loyalty.audiences import entrances
from examples.pos_loyalty.rewards import Rewards

REPOSITORY = Path(__file__).parents[2]
MINUTE_MS = 60_000
NOON_MS = 1_747_483_200_000
WELCOME = ("example-connector", "WELCOME-5000", "other")
AUDIENCE = "Discount-Subscribers-Beauty-30d (9140)"


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    return tmp_path / "exports"


@pytest.fixture
def audiences(exports: Path) -> Iterator[SandboxProcess]:
    """A sandbox that exports audiences."""
    with SandboxProcess(export_to=exports) as sandbox:
        yield sandbox


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


@pytest.fixture
def read_rewards(exports: Path, connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> Callable[[], Rewards]:
    """Reads what has been exported so far."""
    return lambda: Rewards(connection, exports, tmp_path / "files")


def change(card: str | None, minute: int = 0, *, is_add: bool = True) -> dict[str, Any]:
    identities = {"customer_id": "219153401"} | ({"other": card} if card else {})
    return {"is_add": is_add, "identities": identities, "changed_at_ms": NOON_MS + minute * MINUTE_MS}


def cards(rewards: Rewards) -> list[str]:
    return [identity for *_, identity in rewards.issued()]


def test_who_enters_gets_the_reward_once_and_every_change_has_an_outcome(
    audiences: SandboxProcess, read_rewards: Callable[[], Rewards]
) -> None:
    first = [change("card-2", 5), change("card-1", 1), change("card-1", 2, is_add=False), change(None, 3)]
    audiences.export_audience_changes(9140, first)
    audiences.export_audience_changes(9140, first)
    audiences.export_audience_changes(9140, [change("card-1", 4)])
    audiences.export_audience_changes(9142, [change("card-1", 1)])

    rewards = read_rewards()
    rewards.issue()
    rewards.issue()

    assert rewards.issued() == [(1, *WELCOME, "card-1"), (2, *WELCOME, "card-2")]
    assert rewards.report() == [
        ("issued", AUDIENCE, 2),
        ("left the audience", AUDIENCE, 1),
        ("no action", "Early-Cart-Abandoners-Footwear-90d (9142)", 1),
        ("no identity", AUDIENCE, 1),
        ("rewarded before", AUDIENCE, 1),
    ]


def test_an_entrance_that_is_exported_late_is_no_second_first_one_and_a_new_member_comes_next(
    audiences: SandboxProcess, read_rewards: Callable[[], Rewards]
) -> None:
    audiences.export_audience_changes(9140, [change("card-1", 9)])
    rewards = read_rewards()
    rewards.issue()
    audiences.export_audience_changes(9140, [change("card-1", 1), change("card-2", 2)])

    assert rewards.read_again() == 2
    rewards.issue()

    assert cards(rewards) == ["card-1", "card-2"]


def test_where_the_table_says_so_every_entrance_is_rewarded_with_every_action_of_the_audience(
    audiences: SandboxProcess, read_rewards: Callable[[], Rewards], connection: duckdb.DuckDBPyConnection
) -> None:
    audiences.export_audience_changes(9140, [change("card-1", 1), change("card-1", 2)])
    rewards = read_rewards()
    connection.execute("UPDATE reward_actions SET entrances = 'every'")
    connection.execute(
        "INSERT INTO reward_actions VALUES ('9140', 'example-connector', 'HELLO', 'customer_id', 'first')"
    )

    rewards.issue()

    assert [row[2:] for row in rewards.issued()] == [
        ("HELLO", "customer_id", "219153401"),
        ("WELCOME-5000", "other", "card-1"),
        ("WELCOME-5000", "other", "card-1"),
    ]


def test_the_example_ends_with_the_rewards_of_those_who_joined(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "examples.pos_loyalty.run"]
    path = os.pathsep.join([str(REPOSITORY), *filter(None, [os.environ.get("PYTHONPATH")])])

    done = subprocess.run(
        command, cwd=tmp_path, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert (
        "Rewards to issue, in this order:\n"
        "    1. example-connector: WELCOME-5000 for other 633200420006\n"
        "    2. example-connector: WELCOME-5000 for other 633200420007\n"
    ) in done.stdout


def test_only_who_sent_the_event_of_an_audience_enters_it_at_the_time_of_the_event() -> None:
    event = {"data": {"event_name": "ee_loyalty_program_joined", "timestamp_unixtime_ms": NOON_MS}}
    batch = {"user_identities": {"other": "card-1"}, "events": [{"data": {"product_action": {}}}, event]}

    assert entrances(9140, [batch]) == [
        {"is_add": True, "identities": {"other": "card-1"}, "changed_at_ms": NOON_MS},
    ]
    assert entrances(9142, [batch]) == []
