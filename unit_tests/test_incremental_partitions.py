"""Each workspace has a cursor of its own, and a failure moves none."""

from typing import Any

import pytest
from airbyte_cdk.models import AirbyteStateMessageSerializer
from requests_mock import Mocker

from unit_tests.fake_mparticle import (
    AUDIENCES,
    WORKSPACES,
    Config,
    attributes,
    calculated_attribute,
    envelope,
    workspace,
)
from unit_tests.incremental_reads import MADE_WITH, ids, incremental, infos, saved, state_of, statuses


def test_each_workspace_keeps_a_cursor_of_its_own(mparticle: Mocker, config: Config) -> None:
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


def test_a_workspace_that_appears_later_is_read_from_its_beginning(mparticle: Mocker, config: Config) -> None:
    mparticle.get(attributes(5318), json=[calculated_attribute(id=1, last_modified_on="2024-06-01T00:00:00")])
    mparticle.get(attributes(5319), json=[calculated_attribute(id=2, last_modified_on="2019-01-01T00:00:00")])
    mparticle.get(WORKSPACES, json=envelope(workspace()))
    first = incremental(config, "calculated_attributes")
    mparticle.get(WORKSPACES, json=envelope(workspace(), workspace(id="5319")))
    second = incremental(config, "calculated_attributes", saved(first))
    assert ids(second, "calculated_attributes") == [1, 2]


def test_a_workspace_that_failed_is_read_from_where_it_was_and_the_state_does_not_claim_it(
    mparticle: Mocker, config: Config
) -> None:
    mparticle.get(WORKSPACES, json=envelope(workspace(), workspace(id="5319")))
    mparticle.get(attributes(5318), json=[calculated_attribute(id=1, last_modified_on="2024-06-01T00:00:00")])
    mparticle.get(attributes(5319), text="<html>")
    first = incremental(config, "calculated_attributes", fails=True)
    assert statuses(first, "calculated_attributes")[-1] == "INCOMPLETE"
    assert [each["partition"] for each in first.most_recent_state.stream_state.partitions] == [{"workspace_id": 5318}]
    mparticle.get(attributes(5318), json=[calculated_attribute(id=1, last_modified_on="2023-06-01T00:00:00")])
    mparticle.get(attributes(5319), json=[calculated_attribute(id=2, last_modified_on="2019-01-01T00:00:00")])
    assert ids(incremental(config, "calculated_attributes", saved(first)), "calculated_attributes") == [2]


def test_a_stream_that_failed_whole_keeps_the_state_it_had(mparticle: Mocker, config: Config) -> None:
    mparticle.get(AUDIENCES, text="<html>")
    before = {"last_modified_on": "2024-01-01T00:00:00.000000", "made_with": MADE_WITH}
    output = incremental(config, "audiences", state_of("audiences", **before), fails=True)
    assert output.most_recent_state
    assert vars(output.most_recent_state.stream_state) == before


def test_an_empty_stream_ends_with_a_state(mparticle: Mocker, config: Config) -> None:
    mparticle.get(AUDIENCES, json=[])
    mparticle.get(WORKSPACES, json=envelope())
    assert vars(incremental(config, "audiences").most_recent_state.stream_state) == {"made_with": MADE_WITH}
    output = incremental(config, "calculated_attributes")
    assert output.most_recent_state
    assert vars(output.most_recent_state.stream_state) == {"made_with": MADE_WITH}


DESCRIPTOR = {"name": "audiences"}
USELESS = "audiences is read from its beginning: its saved state is of no use here, because "


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({"type": "STREAM", "stream": {"stream_descriptor": DESCRIPTOR, "stream_state": None}}, "it is empty."),
        ({"type": "STREAM", "stream": {"stream_descriptor": DESCRIPTOR}}, "it is empty."),
        (
            {"type": "LEGACY", "data": {"audiences": {"last_modified_on": "2024-01-01T00:00:00"}}},
            "it does not say which options it was made with.",
        ),
    ],
)
def test_a_state_of_another_kind_is_not_passed_over_in_silence(
    mparticle: Mocker, config: Config, message: Any, reason: str
) -> None:
    mparticle.get(AUDIENCES, json=[])
    output = incremental(config, "audiences", [AirbyteStateMessageSerializer.load(message)])
    assert USELESS + reason in infos(output)


def test_saved_cursors_that_belong_to_nothing_are_counted(mparticle: Mocker, config: Config) -> None:
    mparticle.get(WORKSPACES, json=envelope(workspace()))
    mparticle.get(attributes(5318), json=[calculated_attribute(id=1, last_modified_on="2020-06-01T00:00:00")])
    entry = {"partition": {"workspace_id": "5318"}, "last_modified_on": "2024-01-01T00:00:00"}
    state = state_of("calculated_attributes", partitions=[entry], made_with=MADE_WITH)
    output = incremental(config, "calculated_attributes", state)
    assert ids(output, "calculated_attributes") == [1]
    assert "calculated_attributes: 1 of the saved cursors are of nothing that this sync reads." in infos(output)
