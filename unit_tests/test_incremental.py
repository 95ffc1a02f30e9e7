"""Full refresh reads all rows; incremental leaves out what the saved state proves old."""

import logging
from datetime import datetime, timedelta, timezone
from functools import partial

import pendulum
import pytest
from airbyte_cdk.models import AirbyteStateMessageSerializer, SyncMode
from airbyte_cdk.test.state_builder import StateBuilder

from source_mparticle import SourceMparticle
from unit_tests.fake_mparticle import (
    ACCOUNTS,
    API,
    AUDIENCES,
    WORKSPACES,
    account,
    attributes,
    audience,
    calculated_attribute,
    envelope,
    read_streams,
    rows,
    workspace,
)

ODD_TIMES = {
    "year 1": "0001-01-01T00:00:00",
    "before 1970": "1969-07-20T20:17:40",
    "null": None,
    "no time": "yesterday",
    "a number": 1711003219,
    "the future": "2999-01-01T00:00:00",
}
MADE_WITH = {"account_id": "1201", "api_url": API}
odd = pytest.mark.parametrize("time", ODD_TIMES.values(), ids=ODD_TIMES)


def incremental(config, stream, state=None, fails=False):
    return read_streams(config, stream, sync_mode=SyncMode.incremental, state=state, fails=fails)


def saved(output):
    """The states a platform would keep after this read."""
    return [output.state_messages[-1].state]


def state_of(stream, **state):
    return StateBuilder().with_stream_state(stream, state).build()


def ids(output, stream):
    return sorted(row["id"] for row in rows(output, stream))


def infos(output):
    return [message.log.message for message in output.logs if message.log.level.value == "INFO"]


def statuses(output, stream):
    return [status.value for status in output.get_stream_statuses(stream)]


def test_the_state_is_the_latest_change_and_the_options_it_was_made_with(mparticle, config):
    mparticle.get(AUDIENCES, json=[audience(), audience(id=2, last_modified_on="2023-01-01T00:00:00")])
    state = incremental(config, "audiences").most_recent_state.stream_state
    assert vars(state) == {"last_modified_on": "2024-03-21T06:40:19.203000", "made_with": MADE_WITH}


def test_a_record_at_the_saved_cursor_is_emitted_again_and_older_ones_are_not(mparticle, config):
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
def test_a_full_refresh_reads_all_rows_whatever_the_state_says(mparticle, config, state, state_type):
    mparticle.get(AUDIENCES, json=[audience(id=1), audience(id=2, last_modified_on="0001-01-01T00:00:00")])
    stream = {"stream_descriptor": {"name": "audiences"}, "stream_state": state}
    message = {
        "STREAM": {"stream": stream},
        "GLOBAL": {"global": {"stream_states": [stream], "shared_state": {"a": 1}}},
    }
    states = [AirbyteStateMessageSerializer.load({"type": state_type} | message[state_type])]
    output = read_streams(config, "audiences", state=states)
    assert ids(output, "audiences") == [1, 2]
    assert vars(output.most_recent_state.stream_state) == {"__ab_no_cursor_state_message": True}


@odd
def test_a_full_refresh_reads_rows_of_any_time(mparticle, config, time):
    mparticle.get(AUDIENCES, json=[audience(id=1), audience(id=2, last_modified_on=time)])
    assert ids(read_streams(config, "audiences"), "audiences") == [1, 2]


@odd
def test_an_incremental_sync_emits_rows_whose_time_proves_nothing_and_does_not_move_for_them(mparticle, config, time):
    mparticle.get(AUDIENCES, json=[audience(id=1, last_modified_on=time)])
    before = state_of("audiences", last_modified_on="2025-01-01T00:00:00.000000", made_with=MADE_WITH)
    output = incremental(config, "audiences", before)
    assert ids(output, "audiences") == [1]
    assert output.most_recent_state.stream_state.last_modified_on == "2025-01-01T00:00:00.000000"


def test_25_audiences_of_the_year_1_arrive_in_every_sync_and_one_line_counts_them(mparticle, config):
    mparticle.get(AUDIENCES, json=[audience(id=n, last_modified_on="0001-01-01T00:00:00") for n in range(25)])
    first = incremental(config, "audiences")
    second = incremental(config, "audiences", saved(first))
    assert len(rows(first, "audiences")) == len(rows(second, "audiences")) == 25
    (line,) = [line for line in infos(second) if "last_modified_on" in line]
    assert line == (
        "audiences: 25 rows were emitted whatever the saved state says, because of their last_modified_on: "
        "25 not after 1970-01-01."
    )


def test_a_time_of_the_future_does_not_hide_the_changes_of_the_next_day(mparticle, config):
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
def test_a_saved_cursor_of_the_future_is_said_and_proves_nothing(mparticle, config, ahead):
    mparticle.get(AUDIENCES, json=[audience()])
    later = (datetime.now(timezone.utc) + ahead).replace(tzinfo=None).isoformat()
    output = incremental(config, "audiences", state_of("audiences", last_modified_on=later, made_with=MADE_WITH))
    assert len(rows(output, "audiences")) == 1
    assert any("1 of the saved cursors lie after the start of this sync" in line for line in infos(output))
    assert output.most_recent_state.stream_state.last_modified_on == "2024-03-21T06:40:19.203000"


def test_each_workspace_keeps_a_cursor_of_its_own(mparticle, config):
    mparticle.get(WORKSPACES, json=envelope(workspace(), workspace(id="5319")))
    mparticle.get(attributes(5318), json=[calculated_attribute(id=1, last_modified_on="2024-06-01T00:00:00")])
    mparticle.get(attributes(5319), json=[calculated_attribute(id=2, last_modified_on="2020-06-01T00:00:00Z")])
    first = incremental(config, "calculated_attributes")
    mparticle.get(
        attributes(5319),
        json=[
            calculated_attribute(id=2, last_modified_on="2020-06-01T00:00:00Z"),
            calculated_attribute(id=3, last_modified_on="2021-01-01T00:00:00"),
            calculated_attribute(id=4, last_modified_on="2019-01-01T00:00:00"),
        ],
    )
    second = incremental(config, "calculated_attributes", saved(first))
    assert ids(second, "calculated_attributes") == [1, 2, 3]
    assert second.most_recent_state.stream_state.partitions == [
        {"partition": {"workspace_id": 5318}, "last_modified_on": "2024-06-01T00:00:00.000000"},
        {"partition": {"workspace_id": 5319}, "last_modified_on": "2021-01-01T00:00:00.000000"},
    ]


def test_a_workspace_that_appears_later_is_read_from_its_beginning(mparticle, config):
    mparticle.get(attributes(5318), json=[calculated_attribute(id=1, last_modified_on="2024-06-01T00:00:00")])
    mparticle.get(attributes(5319), json=[calculated_attribute(id=2, last_modified_on="2019-01-01T00:00:00")])
    mparticle.get(WORKSPACES, json=envelope(workspace()))
    first = incremental(config, "calculated_attributes")
    mparticle.get(WORKSPACES, json=envelope(workspace(), workspace(id="5319")))
    second = incremental(config, "calculated_attributes", saved(first))
    assert ids(second, "calculated_attributes") == [1, 2]


def test_a_workspace_that_failed_is_read_from_where_it_was_and_the_state_does_not_claim_it(mparticle, config):
    mparticle.get(WORKSPACES, json=envelope(workspace(), workspace(id="5319")))
    mparticle.get(attributes(5318), json=[calculated_attribute(id=1, last_modified_on="2024-06-01T00:00:00")])
    mparticle.get(attributes(5319), text="<html>")
    first = incremental(config, "calculated_attributes", fails=True)
    assert statuses(first, "calculated_attributes")[-1] == "INCOMPLETE"
    assert [each["partition"] for each in first.most_recent_state.stream_state.partitions] == [{"workspace_id": 5318}]
    mparticle.get(attributes(5318), json=[calculated_attribute(id=1, last_modified_on="2023-06-01T00:00:00")])
    mparticle.get(attributes(5319), json=[calculated_attribute(id=2, last_modified_on="2019-01-01T00:00:00")])
    assert ids(incremental(config, "calculated_attributes", saved(first)), "calculated_attributes") == [2]


def test_a_stream_that_failed_whole_keeps_the_state_it_had(mparticle, config):
    mparticle.get(AUDIENCES, text="<html>")
    before = {"last_modified_on": "2024-01-01T00:00:00.000000", "made_with": MADE_WITH}
    output = incremental(config, "audiences", state_of("audiences", **before), fails=True)
    assert vars(output.most_recent_state.stream_state) == before


def test_an_empty_stream_ends_with_a_state(mparticle, config):
    mparticle.get(AUDIENCES, json=[])
    mparticle.get(WORKSPACES, json=envelope())
    assert vars(incremental(config, "audiences").most_recent_state.stream_state) == {"made_with": MADE_WITH}
    output = incremental(config, "calculated_attributes")
    assert vars(output.most_recent_state.stream_state) == {"made_with": MADE_WITH}


@pytest.mark.parametrize(
    ("option", "value", "name"),
    [
        ("calculated_attribute_name", "orders_90d", "Calculated Attribute Name (`calculated_attribute_name`)"),
        ("workspace_ids", ["5318"], "Workspace IDs (`workspace_ids`)"),
    ],
)
def test_all_rows_arrive_once_a_filter_is_removed(mparticle, config, option, value, name):
    all_of_them = [calculated_attribute(id=n, last_modified_on=f"2024-01-{n + 1:02}T00:00:00") for n in range(24)]
    mparticle.get(WORKSPACES, json=envelope(workspace()))
    mparticle.get(attributes(5318), json=all_of_them[13:])
    filtered = incremental(config | {option: value}, "calculated_attributes")
    mparticle.get(attributes(5318), json=all_of_them)
    unfiltered = incremental(config, "calculated_attributes", saved(filtered))
    assert len(rows(unfiltered, "calculated_attributes")) == 24
    (line,) = [line for line in infos(unfiltered) if "saved state" in line]
    assert line == (
        "calculated_attributes is read from its beginning: its saved state is of no use here, because it was made with "
        f"another {name}."
    )


def test_keys_are_masked_in_old_rows_too_once_the_option_is_on(mparticle, config):
    old_app = {"id": 1, "last_modified_on": "2024-01-01T00:00:00", "platforms": []}
    mparticle.get(f"{API}/v1/apps", json=envelope(old_app, {"id": 2, "last_modified_on": "2025-01-01T00:00:00"}))
    first = incremental(config | {"redact_keys": False}, "apps")
    assert ids(incremental(config | {"redact_keys": True}, "apps", saved(first)), "apps") == [1, 2]


def test_the_order_of_workspaces_is_no_other_filter(mparticle, config):
    mparticle.get(WORKSPACES, json=envelope(workspace(), workspace(id="5319")))
    mparticle.get(
        attributes(5318), json=[calculated_attribute(), calculated_attribute(last_modified_on="2024-01-01T00:00:00")]
    )
    mparticle.get(attributes(5319), json=[])
    first = incremental(config | {"workspace_ids": ["5318", "5319"]}, "calculated_attributes")
    second = incremental(config | {"workspace_ids": ["5319", "5318"]}, "calculated_attributes", saved(first))
    assert len(rows(second, "calculated_attributes")) == 1


@pytest.mark.parametrize(
    "state",
    [
        {"last_modified_on": "2025-01-01T00:00:00.000000"},
        {"use_global_cursor": False, "states": [], "state": {"last_modified_on": "2025-01-01T00:00:00"}},
        {"__ab_no_cursor_state_message": True},
        {"last_modified_on": 5, "made_with": MADE_WITH},
        {"partitions": {"a": 1}, "made_with": MADE_WITH},
    ],
)
def test_a_state_that_is_not_understood_starts_the_stream_anew_and_is_replaced(mparticle, config, state):
    mparticle.get(AUDIENCES, json=[audience()])
    output = incremental(config, "audiences", state_of("audiences", **state))
    assert len(rows(output, "audiences")) == 1
    (line,) = [line for line in infos(output) if "saved state" in line]
    assert line.startswith("audiences is read from its beginning")
    assert output.most_recent_state.stream_state.made_with == MADE_WITH


def test_the_state_of_another_account_is_not_taken(mparticle, config):
    mparticle.get(ACCOUNTS, json=envelope(account()))
    first = incremental(config, "accounts")
    assert len(rows(incremental(config | {"account_id": "1202"}, "accounts", saved(first)), "accounts")) == 1


def test_a_source_built_without_a_catalog_reads_as_the_catalog_of_the_read_says(mparticle, config):
    mparticle.get(AUDIENCES, json=[audience(), audience(id=2, last_modified_on="2023-01-01T00:00:00")])
    mparticle.get(WORKSPACES, json=envelope(workspace()))
    catalog = SourceMparticle().discover(logging.getLogger("airbyte"), config)
    assert {stream.name for stream in catalog.streams if stream.source_defined_cursor} == {
        "accounts",
        "audiences",
        "calculated_attributes",
        "audience_snapshots",
        "workspace_audiences",
        "apps",
        "app_platforms",
        "data_plans",
        "data_plan_versions",
    }
    read = partial(read_streams, config, "audiences")
    first = read(sync_mode=SyncMode.incremental, source=SourceMparticle(config=config))
    again = read(sync_mode=SyncMode.incremental, source=SourceMparticle(config=config), state=saved(first))
    whole = read(source=SourceMparticle(config=config), state=saved(first))
    assert [len(rows(output, "audiences")) for output in (first, again, whole)] == [2, 1, 2]
