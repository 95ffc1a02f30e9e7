"""The history of audiences."""

import pendulum
import pytest
from airbyte_cdk.models import SyncMode

from unit_tests.mparticle import AUDIENCES, audience, read_streams, rows


@pytest.fixture(autouse=True)
def audiences(mparticle):
    mparticle.get(AUDIENCES, json=[audience()])


def snapshots(config, state=None):
    output = read_streams(config, "audience_snapshots", sync_mode=SyncMode.incremental, state=state)
    return rows(output, "audience_snapshots"), [message.state for message in output.state_messages]


def test_a_snapshot_holds_the_numbers_of_the_day(config):
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


def test_a_second_sync_of_the_day_replaces_the_row_and_the_next_day_adds_one(config):
    _, state = snapshots(config)
    again, state = snapshots(config, state)
    assert len(again) == 1
    later, _ = snapshots(config, state)
    assert len(later) == 1


def test_audiences_and_their_snapshots_share_one_request(mparticle, config):
    read_streams(config, "audiences", "audience_snapshots")
    assert [request.path for request in mparticle.request_history].count("/v1/audiences") == 1
