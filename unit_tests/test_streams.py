"""What the streams of a sync do together, and what some of them do alone."""

import json
import logging
import re
from typing import Any

import pytest
from airbyte_cdk.entrypoint import AirbyteEntrypoint
from airbyte_cdk.models import SyncMode, Type
from airbyte_cdk.test.catalog_builder import CatalogBuilder
from requests_mock import Mocker

from source_mparticle import SourceMparticle
from unit_tests.fake_mparticle import (
    ACCOUNTS,
    API,
    AUDIENCES,
    TOKEN_URL,
    WORKSPACES,
    Config,
    account,
    attributes,
    audience,
    calculated_attribute,
    envelope,
    errors_of,
    failure,
    log_lines,
    read_streams,
    rows,
    workspace,
)


@pytest.fixture(autouse=True)
def one_workspace(mparticle: Mocker) -> None:
    mparticle.get(WORKSPACES, json=envelope(workspace()))


def test_retries_end_and_say_that_mparticle_is_rate_limited(
    mparticle: Mocker, config: Config, waits: list[float]
) -> None:
    mparticle.get(AUDIENCES, status_code=429)
    kind, message = failure(read_streams(config, "audiences", fails=True))
    assert (kind, len(waits)) == ("transient_error", 5)
    assert message == "mParticle is rate limited: api.test.example answered 429. Try again in a minute."


def test_a_wait_of_more_than_five_minutes_is_refused(mparticle: Mocker, config: Config, waits: list[float]) -> None:
    mparticle.get(AUDIENCES, status_code=429, headers={"Retry-After": "301"})
    assert failure(read_streams(config, "audiences", fails=True))[0] == "transient_error"
    assert waits == []


def test_a_failed_stream_does_not_stop_the_others(mparticle: Mocker, config: Config) -> None:
    mparticle.get(AUDIENCES, status_code=403)
    mparticle.get(ACCOUNTS, json=envelope(account()))
    output = read_streams(config, "accounts", "audiences", fails=True)
    assert len(rows(output, "accounts")) == 1
    assert [status.value for status in output.get_stream_statuses("audiences")][-1] == "INCOMPLETE"


def test_every_request_has_a_time_limit_and_the_account_where_it_is_due(mparticle: Mocker, config: Config) -> None:
    mparticle.get(ACCOUNTS, json=envelope())
    mparticle.get(AUDIENCES, json=[])
    mparticle.get(attributes(5318), json=[])
    read_streams(config, "accounts", "workspaces", "audiences", "calculated_attributes")
    gets = [request for request in mparticle.request_history if request.method == "GET"]
    timeouts: set[Any] = {request.timeout for request in gets}
    assert timeouts == {(10, 120)}
    assert {request.path: request.qs.get("accountid") for request in gets} == {
        "/v1/accounts": ["1201"],
        "/v1/workspace": ["1201"],
        "/v1/audiences": ["1201"],
        "/platform/v2/workspaces/5318/calculatedattributes": None,
    }


def test_four_streams_cost_one_token_and_each_resource_once(mparticle: Mocker, config: Config) -> None:
    mparticle.get(WORKSPACES, json=envelope(workspace(), workspace(id="5319")))
    mparticle.get(ACCOUNTS, json=envelope(account()))
    mparticle.get(AUDIENCES, json=[audience()])
    mparticle.get(attributes(5318), json=[calculated_attribute()])
    mparticle.get(attributes(5319), json=[calculated_attribute()])
    read_streams(config, "accounts", "workspaces", "audiences", "calculated_attributes")
    urls = [request.url.split("?")[0] for request in mparticle.request_history]
    assert sorted(urls) == sorted([TOKEN_URL, ACCOUNTS, WORKSPACES, AUDIENCES, attributes(5318), attributes(5319)])


def test_two_reads_of_one_source_ask_for_the_workspaces_twice(mparticle: Mocker, config: Config) -> None:
    for _ in range(2):
        assert len(rows(read_streams(config, "workspaces"), "workspaces")) == 1
    assert [request.url.split("?")[0] for request in mparticle.request_history].count(WORKSPACES) == 2


def test_only_the_chosen_workspaces_are_read(mparticle: Mocker, config: Config) -> None:
    mparticle.get(WORKSPACES, json=envelope(workspace(), workspace(id="5319")))
    mparticle.get(attributes(5319), json=[calculated_attribute()])
    output = read_streams(config | {"workspace_ids": ["5319"]}, "workspaces", "calculated_attributes")
    assert [row["workspace_id"] for row in rows(output, "calculated_attributes")] == [5319]
    assert [row["id"] for row in rows(output, "workspaces")] == [5318, 5319]


def test_an_unknown_workspace_fails_the_stream_and_is_named(mparticle: Mocker, config: Config) -> None:
    output = read_streams(config | {"workspace_ids": ["77"]}, "calculated_attributes", fails=True)
    assert failure(output)[0] == "config_error"
    assert "Workspace ID 77 is not in account 1201 (it has 5318)" in failure(output)[1]


def test_the_name_filter_travels_to_mparticle(mparticle: Mocker, config: Config) -> None:
    mparticle.get(attributes(5318), json=[calculated_attribute()])
    read_streams(config | {"calculated_attribute_name": "orders_90d"}, "calculated_attributes")
    assert mparticle.request_history[-1].qs == {"name": ["orders_90d"]}


def test_a_name_that_reads_like_a_number_travels_as_it_is(mparticle: Mocker, config: Config) -> None:
    mparticle.get(attributes(5318), json=[])
    read_streams(config | {"calculated_attribute_name": "1e5"}, "calculated_attributes")
    assert mparticle.request_history[-1].qs == {"name": ["1e5"]}


def test_a_404_to_a_name_filter_means_that_no_attribute_has_the_name(mparticle: Mocker, config: Config) -> None:
    mparticle.get(attributes(5318), status_code=404)
    output = read_streams(config | {"calculated_attribute_name": "nobody"}, "calculated_attributes")
    assert rows(output, "calculated_attributes") == []


def test_nested_workspace_ids_get_the_type_of_the_workspaces_stream(mparticle: Mocker, config: Config) -> None:
    record = audience(id="9140", workspaces=[{"id": "5318", "name": "Trips Prod"}])
    mparticle.get(AUDIENCES, json=[record])
    row = rows(read_streams(config, "audiences"), "audiences")[0]
    assert (row["id"], row["workspaces"][0]["id"]) == (9140, 5318)


def test_a_dead_endpoint_ends_its_stream_after_a_few_failed_partitions(
    mparticle: Mocker, config: Config, waits: list[float]
) -> None:
    services = [{"name": f"Module{number}"} for number in range(20)]
    mparticle.get(WORKSPACES, json=envelope(*(workspace(id=str(5300 + number)) for number in range(10))))
    mparticle.get(f"{API}/v1/services", json=envelope(*services))
    mparticle.get(ACCOUNTS, json=envelope(account()))
    dead = mparticle.get(re.compile("/serviceconfigurations"), status_code=503)
    output = read_streams(config, "service_configurations", "accounts", fails=True)
    assert 18 <= dead.call_count <= 25
    assert failure(output)[0] == "transient_error"
    assert output.get_stream_statuses("service_configurations")[-1].value == "INCOMPLETE"
    assert len(rows(output, "accounts")) == 1


def test_a_token_endpoint_that_asks_for_pauses_for_ever_costs_all_streams_together_five_minutes(
    mparticle: Mocker, config: Config, waits: list[float]
) -> None:
    mparticle.post(TOKEN_URL, status_code=429, headers={"Retry-After": "60"})
    output = read_streams(config, "accounts", "workspaces", "audiences", "users", "services", fails=True)
    assert mparticle.call_count <= 6
    assert sum(waits) <= 300
    assert {error.message for error in errors_of(output) if error.stream_descriptor} == {
        "mParticle is rate limited: sso.test.example answered 429. Try again in 60 seconds."
    }
    pauses = [line for line in log_lines(output) if "asked for a pause" in line]
    assert set(pauses) == {"sso.test.example asked for a pause of 60 seconds (429); all streams wait."}


def test_values_that_json_readers_stumble_over_reach_the_output_as_they_are(mparticle: Mocker, config: Config) -> None:
    body = rb'[{"id": 1, "name": "a\ud800b", "size": 123456789012345678901234567890, "low": -9223372036854775809}]'
    mparticle.get(AUDIENCES, content=b"\xef\xbb\xbf" + body)
    catalog = CatalogBuilder().with_stream("audiences", SyncMode.full_refresh).build()
    source = SourceMparticle(catalog=catalog, config=config)
    printed = [
        AirbyteEntrypoint.airbyte_message_to_string(message)
        for message in source.read(logging.getLogger("airbyte"), config, catalog)
        if message.type == Type.RECORD
    ]
    assert [json.loads(line)["record"]["data"] for line in printed] == [
        {"id": 1, "name": "a\ufffdb", "size": 123456789012345678901234567890, "low": -9223372036854775809}
    ]


def test_a_name_with_special_characters_is_one_segment_of_the_path(mparticle: Mocker, config: Config) -> None:
    mparticle.get(f"{API}/v1/services", json=envelope({"name": "C#"}, {"name": "a/b c"}))
    mparticle.get(re.compile("/serviceconfigurations"), json=envelope())
    read_streams(config, "service_configurations")
    asked = [request.url.partition("?")[0] for request in mparticle.request_history[-2:]]
    assert sorted(asked) == [f"{WORKSPACES}/5318/{name}/serviceconfigurations" for name in ("C%23", "a%2Fb%20c")]
