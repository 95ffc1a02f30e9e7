"""When a saved state is not used: other options, another form, another account."""

import logging
from functools import partial
from typing import Any

import pytest
from airbyte_cdk.models import SyncMode
from requests_mock import Mocker

from source_mparticle import SourceMparticle
from unit_tests.fake_mparticle import (
    ACCOUNTS,
    API,
    AUDIENCES,
    WORKSPACES,
    Config,
    account,
    attributes,
    audience,
    calculated_attribute,
    envelope,
    read_streams,
    rows,
    workspace,
)
from unit_tests.incremental_reads import MADE_WITH, ids, incremental, infos, saved, state_of


@pytest.mark.parametrize(
    ("option", "value", "name"),
    [
        ("calculated_attribute_name", "orders_90d", "Calculated Attribute Name (`calculated_attribute_name`)"),
        ("workspace_ids", ["5318"], "Workspace IDs (`workspace_ids`)"),
    ],
)
def test_all_rows_arrive_once_a_filter_is_removed(
    mparticle: Mocker, config: Config, option: Any, value: Any, name: str
) -> None:
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


def test_keys_are_masked_in_old_rows_too_once_the_option_is_on(mparticle: Mocker, config: Config) -> None:
    old_app = {"id": 1, "last_modified_on": "2024-01-01T00:00:00", "platforms": []}
    mparticle.get(f"{API}/v1/apps", json=envelope(old_app, {"id": 2, "last_modified_on": "2025-01-01T00:00:00"}))
    first = incremental(config | {"redact_keys": False}, "apps")
    assert ids(incremental(config | {"redact_keys": True}, "apps", saved(first)), "apps") == [1, 2]


def test_the_order_of_workspaces_is_no_other_filter(mparticle: Mocker, config: Config) -> None:
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
def test_a_state_that_is_not_understood_reads_the_stream_from_its_beginning_and_is_replaced(
    mparticle: Mocker, config: Config, state: Any
) -> None:
    mparticle.get(AUDIENCES, json=[audience()])
    output = incremental(config, "audiences", state_of("audiences", **state))
    assert len(rows(output, "audiences")) == 1
    (line,) = [line for line in infos(output) if "saved state" in line]
    assert line.startswith("audiences is read from its beginning")
    assert output.most_recent_state.stream_state.made_with == MADE_WITH


def test_the_state_of_another_account_is_not_taken(mparticle: Mocker, config: Config) -> None:
    mparticle.get(ACCOUNTS, json=envelope(account()))
    first = incremental(config, "accounts")
    assert len(rows(incremental(config | {"account_id": "1202"}, "accounts", saved(first)), "accounts")) == 1


def test_a_source_built_without_a_catalog_reads_as_the_catalog_of_the_read_says(
    mparticle: Mocker, config: Config
) -> None:
    mparticle.get(AUDIENCES, json=[audience(), audience(id=2, last_modified_on="2023-01-01T00:00:00")])
    mparticle.get(WORKSPACES, json=envelope(workspace()))
    catalog = SourceMparticle().discover(logging.getLogger("airbyte"), config)
    declared = SourceMparticle().resolved_manifest["streams"]
    incremental_streams = {stream["name"] for stream in declared if "incremental_sync" in stream}
    # None of them may lose it: users have chosen the mode.
    assert incremental_streams >= {
        *("accounts", "audiences", "calculated_attributes", "audience_snapshots", "workspace_audiences"),
        *("apps", "app_platforms", "data_plans", "data_plan_versions"),
    }
    assert {stream.name for stream in catalog.streams if stream.source_defined_cursor} == incremental_streams
    read = partial(read_streams, config, "audiences")
    first = read(sync_mode=SyncMode.incremental, source=SourceMparticle(config=config))
    again = read(sync_mode=SyncMode.incremental, source=SourceMparticle(config=config), state=saved(first))
    whole = read(source=SourceMparticle(config=config), state=saved(first))
    assert [len(rows(output, "audiences")) for output in (first, again, whole)] == [2, 1, 2]
