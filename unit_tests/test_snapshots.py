"""The history of audiences."""

from typing import Any

import pendulum
import pytest
from airbyte_cdk.models import SyncMode
from airbyte_cdk.test.state_builder import StateBuilder
from requests_mock import Mocker

from unit_tests.fake_mparticle import API, AUDIENCES, Config, audience, read_streams, rows


@pytest.fixture(autouse=True)
def audiences(mparticle: Mocker) -> None:
    mparticle.get(AUDIENCES, json=[audience()])


def snapshots(config: Config, state: Any = None) -> Any:
    output = read_streams(config, "audience_snapshots", sync_mode=SyncMode.incremental, state=state)
    return rows(output, "audience_snapshots"), [message.state for message in output.state_messages]


def test_a_snapshot_holds_the_numbers_of_the_day(config: Config) -> None:
    with pendulum.travel_to(pendulum.datetime(2026, 3, 1, 0, 30, tz="Europe/Paris"), freeze=True):
        (row,), _ = snapshots(config)
    assert row == {
        "audience_id": 9140,
        "date": "2026-02-28",
        "size": 8123,
        "added_last_24_hours": 31,
        "dropped_last_24_hours": 12,
        "status": "active",
    }


def test_a_second_sync_of_the_day_replaces_the_row_and_the_next_day_adds_one(config: Config) -> None:
    _, state = snapshots(config)
    again, state = snapshots(config, state)
    assert len(again) == 1
    later, _ = snapshots(config, state)
    assert len(later) == 1


@pytest.mark.parametrize("day", ["2026-02-28", "2026-03-01", "2026-03-02", "2999-01-01"])
def test_a_snapshot_is_emitted_whatever_day_the_state_names(config: Config, day: Any) -> None:
    made_with = {"account_id": "1201", "api_url": API}
    before = StateBuilder().with_stream_state("audience_snapshots", {"date": day, "made_with": made_with}).build()
    with pendulum.travel_to(pendulum.datetime(2026, 3, 1, 12, tz="UTC"), freeze=True):
        emitted, state = snapshots(config, before)
    assert [row["date"] for row in emitted] == ["2026-03-01"]
    assert state[-1].stream.stream_state.date == "2026-03-01"


def test_audiences_and_their_snapshots_share_one_request(mparticle: Mocker, config: Config) -> None:
    read_streams(config, "audiences", "audience_snapshots")
    assert [request.path for request in mparticle.request_history].count("/v1/audiences") == 1
