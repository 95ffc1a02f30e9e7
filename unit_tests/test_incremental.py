"""Full refresh reads all rows; incremental leaves out what the saved state proves old."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pendulum
import pytest
from airbyte_cdk.models import AirbyteStateMessageSerializer
from requests_mock import Mocker

from unit_tests.fake_mparticle import (
    AUDIENCES,
    Config,
    audience,
    read_streams,
    rows,
)
from unit_tests.incremental_reads import MADE_WITH, ids, incremental, infos, saved, state_of

ODD_TIMES = {
    "year 1": "0001-01-01T00:00:00",
    "before 1970": "1969-07-20T20:17:40",
    "null": None,
    "no time": "yesterday",
    "a number": 1711003219,
    "the future": "2999-01-01T00:00:00",
}


odd = pytest.mark.parametrize("time", ODD_TIMES.values(), ids=ODD_TIMES)


def test_the_state_is_the_latest_change_and_the_options_it_was_made_with(mparticle: Mocker, config: Config) -> None:
    mparticle.get(AUDIENCES, json=[audience(), audience(id=2, last_modified_on="2023-01-01T00:00:00")])
    state = incremental(config, "audiences").most_recent_state.stream_state
    assert vars(state) == {"last_modified_on": "2024-03-21T06:40:19.203000", "made_with": MADE_WITH}


def test_a_record_at_the_saved_cursor_is_emitted_again_and_older_ones_are_not(
    mparticle: Mocker, config: Config
) -> None:
    mparticle.get(
        AUDIENCES,
        json=[
            audience(id=1, last_modified_on="2024-03-21T06:40:19.202"),
            audience(id=2, last_modified_on="2024-03-21T06:40:19.203"),
            audience(id=3, last_modified_on="2024-03-21T06:40:19.21"),
            audience(id=4, last_modified_on="2024-03-21T06:40:20"),
        ],
    )
    state = state_of("audiences", last_modified_on="2024-03-21T06:40:19.203000", made_with=MADE_WITH)
    output = incremental(config, "audiences", state)
    assert ids(output, "audiences") == [2, 3, 4]
    assert output.most_recent_state.stream_state.last_modified_on == "2024-03-21T06:40:20.000000"


@pytest.mark.parametrize(
    "state",
    [
        {"last_modified_on": "2999-01-01T00:00:00", "made_with": MADE_WITH},
        {"last_modified_on": "2025-01-01T00:00:00", "made_with": MADE_WITH},
        {"last_modified_on": "2025-01-01T00:00:00.000000"},
        {"__ab_no_cursor_state_message": True},
    ],
)
@pytest.mark.parametrize("state_type", ["STREAM", "GLOBAL"])
def test_a_full_refresh_reads_all_rows_whatever_the_state_says(
    mparticle: Mocker, config: Config, state: Any, state_type: Any
) -> None:
    mparticle.get(AUDIENCES, json=[audience(id=1), audience(id=2, last_modified_on="0001-01-01T00:00:00")])
    stream = {"stream_descriptor": {"name": "audiences"}, "stream_state": state}
    message = {
        "STREAM": {"stream": stream},
        "GLOBAL": {"global": {"stream_states": [stream], "shared_state": {"a": 1}}},
    }
    states = [AirbyteStateMessageSerializer.load({"type": state_type} | message[state_type])]
    output = read_streams(config, "audiences", state=states)
    assert ids(output, "audiences") == [1, 2]
    assert output.most_recent_state
    assert vars(output.most_recent_state.stream_state) == {"__ab_no_cursor_state_message": True}


@odd
def test_a_full_refresh_reads_rows_of_any_time(mparticle: Mocker, config: Config, time: Any) -> None:
    mparticle.get(AUDIENCES, json=[audience(id=1), audience(id=2, last_modified_on=time)])
    assert ids(read_streams(config, "audiences"), "audiences") == [1, 2]


@odd
def test_an_incremental_sync_emits_rows_whose_time_proves_nothing_and_does_not_move_for_them(
    mparticle: Mocker, config: Config, time: Any
) -> None:
    mparticle.get(AUDIENCES, json=[audience(id=1, last_modified_on=time)])
    before = state_of("audiences", last_modified_on="2025-01-01T00:00:00.000000", made_with=MADE_WITH)
    output = incremental(config, "audiences", before)
    assert ids(output, "audiences") == [1]
    assert output.most_recent_state.stream_state.last_modified_on == "2025-01-01T00:00:00.000000"


def test_25_audiences_of_the_year_1_arrive_in_every_sync_and_one_line_counts_them(
    mparticle: Mocker, config: Config
) -> None:
    mparticle.get(AUDIENCES, json=[audience(id=n, last_modified_on="0001-01-01T00:00:00") for n in range(25)])
    first = incremental(config, "audiences")
    second = incremental(config, "audiences", saved(first))
    assert len(rows(first, "audiences")) == len(rows(second, "audiences")) == 25
    (line,) = [line for line in infos(second) if "last_modified_on" in line]
    assert line == (
        "audiences: 25 rows were emitted regardless of the saved state, because of their last_modified_on: "
        "25 not after 1970-01-01."
    )


def test_a_time_of_the_future_does_not_hide_the_changes_of_the_next_day(mparticle: Mocker, config: Config) -> None:
    today = pendulum.datetime(2026, 3, 1, 12, tz="UTC")
    mparticle.get(AUDIENCES, json=[audience(id=1, last_modified_on="2026-03-02T11:59:59"), audience(id=2)])
    with pendulum.travel_to(today, freeze=True):
        first = incremental(config, "audiences")
    mparticle.get(
        AUDIENCES,
        json=[
            audience(id=1, last_modified_on="2026-03-02T11:59:59"),
            audience(id=2, last_modified_on="2026-03-01T12:00:01"),
            audience(id=3, last_modified_on="2026-03-02T02:00:00"),
        ],
    )
    with pendulum.travel_to(today + timedelta(days=1), freeze=True):
        second = incremental(config, "audiences", saved(first))
    assert ids(first, "audiences") == [1, 2]
    assert ids(second, "audiences") == [1, 2, 3]


@pytest.mark.parametrize("ahead", [timedelta(minutes=5), timedelta(hours=20), timedelta(days=365_000)], ids=str)
def test_a_saved_cursor_of_the_future_is_said_and_proves_nothing(mparticle: Mocker, config: Config, ahead: Any) -> None:
    mparticle.get(AUDIENCES, json=[audience()])
    later = (datetime.now(timezone.utc) + ahead).replace(tzinfo=None).isoformat()
    output = incremental(config, "audiences", state_of("audiences", last_modified_on=later, made_with=MADE_WITH))
    assert len(rows(output, "audiences")) == 1
    assert any("1 of the saved cursors lie after the start of this sync" in line for line in infos(output))
    assert output.most_recent_state.stream_state.last_modified_on == "2024-03-21T06:40:19.203000"
