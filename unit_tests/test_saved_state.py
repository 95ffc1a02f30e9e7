"""What a saved state proves to the next sync."""

import json
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from source_mparticle.incremental.state import SavedState, key_of, options_of, saved_in, state_of
from source_mparticle.incremental.timestamps import TimestampField

UTC = timezone.utc
START = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)
CHANGED = TimestampField("last_modified_on")
MADE_WITH = {"account_id": "1201", "workspace_ids": ["5318"]}
EARLIER = datetime(2024, 3, 21, 6, 40, 19, 203_000, tzinfo=UTC)
LATER = datetime(2025, 1, 1, tzinfo=UTC)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
TIMES = st.sampled_from(["2024-03-21T06:40:19", "2999-01-01T00:00:00", "yesterday"]) | JSON
ENTRIES = st.fixed_dictionaries({}, optional={"partition": st.dictionaries(st.text(), JSON), "last_modified_on": TIMES})
STATES = st.fixed_dictionaries(
    {},
    optional={
        "made_with": st.just(MADE_WITH) | JSON,
        "last_modified_on": TIMES,
        "partitions": st.lists(ENTRIES) | JSON,
        "state": JSON,
    },
)


def saved(state: Any) -> Any:
    return saved_in(state, CHANGED, MADE_WITH, START)


@pytest.mark.parametrize(
    "cursors",
    [
        {},
        {key_of({}): EARLIER},
        {key_of({"workspace_id": 5318}): EARLIER, key_of({"workspace_id": 5319}): LATER},
        {key_of({"data_plan_id": "a", "parent_slice": {"workspace_id": 5318}}): EARLIER},
    ],
)
def test_cursors_survive_a_round_trip_as_json(cursors: Any) -> None:
    state = json.loads(json.dumps(state_of(cursors, CHANGED, MADE_WITH)))
    assert saved(state) == SavedState(cursors)


def test_partitions_that_differ_in_the_end_of_a_long_name_have_different_keys() -> None:
    assert len({key_of({"data_plan_id": "a" * 1_000 + end}) for end in "bc"}) == 2


def test_a_state_is_plain_json_that_a_person_can_read() -> None:
    assert state_of({key_of({}): EARLIER}, CHANGED, MADE_WITH) == {
        "last_modified_on": "2024-03-21T06:40:19.203000",
        "made_with": MADE_WITH,
    }
    assert state_of({key_of({"workspace_id": 5318, "parent_slice": {}}): EARLIER}, CHANGED, MADE_WITH) == {
        "partitions": [{"partition": {"workspace_id": 5318}, "last_modified_on": "2024-03-21T06:40:19.203000"}],
        "made_with": MADE_WITH,
    }


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ({"__ab_no_cursor_state_message": True}, "it was saved by a full refresh"),
        ({"last_modified_on": "2024-03-21T06:40:19"}, "it does not say which options it was made with"),
        (
            {"use_global_cursor": False, "states": [{"partition": {"workspace_id": 5318}, "cursor": {}}]},
            "it does not say which options it was made with",
        ),
        ({"made_with": "1201"}, "it does not say which options it was made with"),
        ({"made_with": MADE_WITH, "partitions": 7}, "it has an unknown form"),
        ({"made_with": MADE_WITH, "partitions": [{"last_modified_on": "2024"}]}, "it has an unknown form"),
        ({"made_with": MADE_WITH, "last_modified_on": 5}, "it holds a time that cannot be read"),
        ({"made_with": MADE_WITH, "last_modified_on": None}, "it holds a time that cannot be read"),
        ({"made_with": MADE_WITH, "last_modified_on": "0001-01-01T00:00:00"}, "it holds a time that cannot be read"),
        ({"made_with": MADE_WITH, "partitions": [{"partition": {}}]}, "it holds a time that cannot be read"),
    ],
)
def test_a_state_that_is_not_understood_says_why(state: Any, reason: Any) -> None:
    assert saved(state) == SavedState(unusable=reason)


@pytest.mark.parametrize("opening", ['{"a": ', "["])
@pytest.mark.parametrize("depth", [30, 500, 900])
def test_a_partition_that_is_nested_too_deeply_is_not_understood(opening: str, depth: int) -> None:
    nested = json.loads(opening * depth + "1" + ("}" if opening[0] == "{" else "]") * depth)
    entry = {"partition": {"workspace_id": nested}, "last_modified_on": "2024-03-21T06:40:19"}
    assert saved({"made_with": MADE_WITH, "partitions": [entry]}) == SavedState(unusable="it has an unknown form")


def test_no_state_is_a_first_sync_without_a_reason() -> None:
    assert saved(None) == SavedState()


def test_an_empty_state_says_that_it_is_empty() -> None:
    assert saved({}) == SavedState(unusable="it is empty")


def test_partitions_with_long_names_that_begin_alike_are_told_apart() -> None:
    names = ["a" * 5000 + str(number) for number in range(5)]
    assert len({key_of({"data_plan_id": name, "parent_slice": {"workspace_id": 5318}}) for name in names}) == 5


@pytest.mark.parametrize(
    ("before", "changed"),
    [
        ({"account_id": "1202", "workspace_ids": ["5318"]}, ["account_id"]),
        ({"account_id": "1201"}, ["workspace_ids"]),
        (
            {"account_id": "1201", "workspace_ids": ["5318"], "calculated_attribute_name": "a"},
            ["calculated_attribute_name"],
        ),
        ({}, ["account_id", "workspace_ids"]),
    ],
)
def test_a_state_that_was_made_with_other_options_names_them(before: Any, changed: Any) -> None:
    assert saved({"last_modified_on": "2024-03-21T06:40:19", "made_with": before}) == SavedState(other_options=changed)


def test_a_cursor_in_the_future_proves_nothing_and_leaves_the_others_alone() -> None:
    state = state_of({key_of({"workspace_id": 1}): EARLIER}, CHANGED, MADE_WITH)
    state["partitions"].append({"partition": {"workspace_id": 2}, "last_modified_on": "2999-01-01T00:00:00"})
    assert saved(state) == SavedState({key_of({"workspace_id": 1}): EARLIER}, in_future=1)


def test_lists_of_options_are_sets_and_what_is_not_filled_in_is_left_out() -> None:
    config = {"account_id": "1201", "workspace_ids": ["5319", "5318", "5319"], "calculated_attribute_name": ""}
    names = ["account_id", "workspace_ids", "calculated_attribute_name", "api_url"]
    assert options_of(config, names) == {"account_id": "1201", "workspace_ids": ["5318", "5319"]}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STATES)
def test_no_state_is_too_odd_to_go_on(state: Any) -> None:
    for time in saved(state).cursors.values():
        assert time <= START.replace(day=22)
