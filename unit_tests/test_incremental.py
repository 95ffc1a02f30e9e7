"""Client-side incremental reads by `last_modified_on`."""

import pytest
from airbyte_cdk.models import SyncMode
from airbyte_cdk.test.state_builder import StateBuilder

from unit_tests.mparticle import (
    AUDIENCES,
    WORKSPACES,
    attributes,
    audience,
    calculated_attribute,
    envelope,
    read_streams,
    rows,
    workspace,
)


def incremental(config, stream, state=None):
    return read_streams(config, stream, sync_mode=SyncMode.incremental, state=state)


def saved(output):
    """The state a platform would keep after this read."""
    return [output.state_messages[-1].state]


def test_the_state_is_the_latest_change(mparticle, config):
    mparticle.get(AUDIENCES, json=[audience(), audience(id=2, last_modified_on="2023-01-01T00:00:00")])
    state = incremental(config, "audiences").most_recent_state.stream_state
    assert state.last_modified_on == "2024-03-21T06:40:19.203000"


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
    state = StateBuilder().with_stream_state("audiences", {"last_modified_on": "2024-03-21T06:40:19.203000"}).build()
    assert [row["id"] for row in rows(incremental(config, "audiences", state), "audiences")] == [2, 3, 4]


@pytest.mark.parametrize("odd", [None, "2024-01-30T12:44:07.1183306Z", "yesterday"])
def test_a_record_whose_time_cannot_be_read_is_emitted_rather_than_lost(mparticle, config, odd):
    mparticle.get(AUDIENCES, json=[audience(id=1, last_modified_on=odd)])
    state = StateBuilder().with_stream_state("audiences", {"last_modified_on": "2025-01-01T00:00:00.000000"}).build()
    assert [row["id"] for row in rows(incremental(config, "audiences", state), "audiences")] == [1]


def test_a_time_that_looks_like_the_future_is_emitted(mparticle, config):
    mparticle.get(AUDIENCES, json=[audience(last_modified_on="2199-01-01T00:00:00")])
    assert len(rows(read_streams(config, "audiences"), "audiences")) == 1


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
    assert sorted(row["id"] for row in rows(second, "calculated_attributes")) == [1, 2, 3]


def test_a_workspace_that_appears_later_is_read_from_its_beginning(mparticle, config):
    mparticle.get(attributes(5318), json=[calculated_attribute(id=1, last_modified_on="2024-06-01T00:00:00")])
    mparticle.get(attributes(5319), json=[calculated_attribute(id=2, last_modified_on="2019-01-01T00:00:00")])
    mparticle.get(WORKSPACES, json=envelope(workspace()))
    first = incremental(config, "calculated_attributes")
    mparticle.get(WORKSPACES, json=envelope(workspace(), workspace(id="5319")))
    second = incremental(config, "calculated_attributes", saved(first))
    assert sorted(row["id"] for row in rows(second, "calculated_attributes")) == [1, 2]
