"""Streams that are read from the records of others: what they request, and what they share."""

from collections import Counter
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from airbyte_cdk.models import SyncMode
from airbyte_cdk.test.entrypoint_wrapper import EntrypointOutput
from requests_mock import Mocker

from unit_tests.fake_mparticle import (
    API,
    WORKSPACES,
    Config,
    attributes,
    calculated_attribute,
    envelope,
    log_lines,
    read_streams,
    rows,
    stream_errors,
    workspace,
)
from unit_tests.stream_cases import APP, APP_SERVICE, CASES, FEED, FEED_DETAIL, PARENTS, PLAN, PLATFORM, SERVICE


@pytest.fixture(autouse=True)
def parents(mparticle: Mocker, config: Config) -> None:
    config["org_id"] = "77"
    for url, body in PARENTS.items():
        mparticle.get(url, json=body)


def requested(mocker: Any) -> Counter[str]:
    return Counter(request.url.split("?")[0] for request in mocker.request_history if request.method == "GET")


def messages(output: EntrypointOutput, stream: str) -> list[str]:
    return [error.message for error in stream_errors(output, stream)]


def ended(output: EntrypointOutput, stream: str) -> str:
    return str(output.get_stream_statuses(stream)[-1].value)


def test_the_whole_catalog_costs_one_token_and_each_resource_once(mparticle: Mocker, config: Config) -> None:
    for case in CASES:
        mparticle.get(case.url, json=case.body(case.record))
    for url, body in PARENTS.items():
        mparticle.get(url, json=body)
    output = read_streams(config, *(case.stream for case in CASES), "audience_snapshots")
    assert {case.stream for case in CASES} == {
        message.record.stream for message in output.records if message.record
    } - {"audience_snapshots"}
    assert set(requested(mparticle).values()) == {1}
    assert [request.method for request in mparticle.request_history].count("POST") == 1


def test_platforms_of_apps_are_taken_from_the_list_of_apps(mparticle: Mocker, config: Config) -> None:
    app = APP | {"platforms": [PLATFORM, PLATFORM | {"os": "iOS"}]}
    mparticle.get(f"{API}/v1/apps", json=envelope(app, APP | {"id": 882, "platforms": []}))
    mparticle.get(f"{API}/v1/apps/881/platforms/ios/services", json=envelope())
    output = read_streams(config, "app_platform_services")
    assert requested(mparticle) == {
        f"{API}/v1/apps": 1,
        f"{API}/v1/apps/881/platforms/android/services": 1,
        f"{API}/v1/apps/881/platforms/ios/services": 1,
    }
    assert "app_platform_services: 2 requests." in log_lines(output)


def test_filters_are_asked_for_services_that_an_app_has_and_once_for_each(mparticle: Mocker, config: Config) -> None:
    both = [PLATFORM, PLATFORM | {"os": "iOS"}]
    mparticle.get(f"{API}/v1/apps", json=envelope(APP | {"platforms": both}))
    mparticle.get(f"{API}/v1/apps/881/platforms/ios/services", json=envelope(APP_SERVICE | {"account": "Second"}))
    mparticle.get(f"{API}/v1/apps/881/AdNet/datapoints", json=envelope())
    output = read_streams(config, "data_point_filters")
    assert requested(mparticle)[f"{API}/v1/apps/881/AdNet/datapoints"] == 1
    assert "data_point_filters: 1 requests." in log_lines(output)


def test_configurations_are_asked_for_every_wanted_workspace_and_every_service(
    mparticle: Mocker, config: Config
) -> None:
    mparticle.get(WORKSPACES, json=envelope(workspace(), workspace(id="5319"), workspace(id="5320")))
    mparticle.get(f"{API}/v1/services", json=envelope(SERVICE, SERVICE | {"name": "LakeTool"}))
    expected = {
        f"{API}/v1/workspace/{w}/{m}/serviceconfigurations" for w in (5319, 5320) for m in ("AdNet", "LakeTool")
    }
    for url in expected:
        mparticle.get(url, json=envelope())
    read_streams(config | {"workspace_ids": ["5319", "5320"]}, "service_configurations")
    assert set(requested(mparticle)) == expected | {WORKSPACES, f"{API}/v1/services"}


def test_a_parent_that_may_not_be_read_stops_its_children_and_nothing_else(mparticle: Mocker, config: Config) -> None:
    mparticle.get(f"{API}/v1/apps", status_code=403)
    refused = ("apps", "app_platforms", "data_points", "data_point_filters")
    output = read_streams(config, *refused, "services", fails=True)
    for stream in refused:
        (message,) = messages(output, stream)
        assert message.startswith(f"{stream}: mParticle refused access to /v1/apps (403): tick the Platform API")
        assert message.endswith(f"Or deselect the stream {stream}.")
        assert ended(output, stream) == "INCOMPLETE"
    assert ended(output, "services") == "COMPLETE"
    assert requested(mparticle)[f"{API}/v1/apps"] == 1


def test_one_refused_partition_fails_the_stream_and_keeps_the_others(mparticle: Mocker, config: Config) -> None:
    mparticle.get(WORKSPACES, json=envelope(workspace(), workspace(id="5319")))
    mparticle.get(f"{API}/platform/v2/workspaces/5318/plans", status_code=403)
    mparticle.get(f"{API}/platform/v2/workspaces/5319/plans", json=[PLAN])
    output = read_streams(config, "data_plans", fails=True)
    assert [row["workspace_id"] for row in rows(output, "data_plans")] == [5319]
    assert ended(output, "data_plans") == "INCOMPLETE"


def test_one_missing_partition_is_no_row_where_another_proves_the_feature(mparticle: Mocker, config: Config) -> None:
    mparticle.get(WORKSPACES, json=envelope(workspace(), workspace(id="5319")))
    mparticle.get(f"{API}/platform/v2/workspaces/5318/plans", status_code=404)
    mparticle.get(f"{API}/platform/v2/workspaces/5319/plans", json=[])
    output = read_streams(config, "data_plans")
    assert ended(output, "data_plans") == "COMPLETE"
    assert "data_plans: no row for /platform/v2/workspaces/5318/plans, which answered 404." in log_lines(output)


@pytest.mark.parametrize(
    ("body", "ending"),
    [("{}", "COMPLETE"), ('{"message": "moved"}', "COMPLETE"), ("null", "INCOMPLETE"), ("[]", "INCOMPLETE")],
)
def test_an_object_without_its_key_is_no_row_where_another_has_it(
    mparticle: Mocker, config: Config, body: Any, ending: Any
) -> None:
    mparticle.get(attributes(5318), json=[calculated_attribute(), calculated_attribute(id=906)])
    mparticle.get(f"{attributes(5318)}/905/activation", json={"calculated_attribute_id": 905, "is_active": True})
    mparticle.get(f"{attributes(5318)}/906/activation", text=body)
    output = read_streams(config, "calculated_attribute_activations", fails=ending == "INCOMPLETE")
    (row,) = rows(output, "calculated_attribute_activations")
    assert row["calculated_attribute_id"] == 905
    assert ended(output, "calculated_attribute_activations") == ending
    path = "/platform/v2/workspaces/5318/calculatedattributes/906/activation"
    assert any(path in line for line in [*log_lines(output), *messages(output, "calculated_attribute_activations")])
    assert "moved" not in "".join(log_lines(output))


@pytest.mark.parametrize("platforms", [None, "absent", [{"application_id": 881}], [{"os": ""}], [None], {}], ids=str)
def test_an_app_that_does_not_name_its_platforms_fails_what_is_read_for_each(
    mparticle: Mocker, config: Config, platforms: Any
) -> None:
    app = APP | {"platforms": platforms}
    if platforms == "absent":
        del app["platforms"]
    mparticle.get(f"{API}/v1/apps", json=envelope(APP, app | {"id": 882}))
    for stream in ("app_platform_services", "data_point_filters"):
        output = read_streams(config, stream, fails=True)
        assert "/v1/apps with an app that does not name its platforms" in messages(output, stream)[0]
        assert ended(output, stream) == "INCOMPLETE"


@pytest.mark.parametrize(
    ("url", "parent", "streams"),
    [
        (WORKSPACES, workspace(), ["workspace_audiences", "calculated_attributes", "data_plans", "partner_feeds"]),
        (f"{API}/v1/apps", APP, ["app_platforms", "app_platform_services", "data_points", "data_point_filters"]),
        (f"{API}/v1/services", SERVICE, ["service_configurations"]),
        (f"{API}/v1/workspace/5318/partnerfeeds", FEED, ["partner_feeds", "feed_subscriptions"]),
        (attributes(5318), calculated_attribute(), ["calculated_attribute_activations"]),
        (f"{API}/platform/v2/workspaces/5318/plans", PLAN, ["data_plan_versions"]),
    ],
    ids=lambda value: urlsplit(value).path if isinstance(value, str) else "",
)
def test_a_parent_without_its_key_fails_its_children(
    mparticle: Mocker, config: Config, url: str, parent: Any, streams: Any
) -> None:
    key = next(name for name in ("id", "name", "data_plan_id") if name in parent)
    for broken in ({name: value for name, value in parent.items() if name != key}, parent | {key: None}):
        mparticle.get(url, json=[parent, broken])
        for stream in streams:
            output = read_streams(config, stream, fails=True)
            assert ended(output, stream) == "INCOMPLETE"
            assert f"{urlsplit(url).path} with a record that lacks its {key}" in messages(output, stream)[0]


def test_a_list_that_names_something_twice_gives_its_children_one_row(mparticle: Mocker, config: Config) -> None:
    for url, body in PARENTS.items():
        records = body["data"] if isinstance(body, dict) else body
        mparticle.get(url, json=[*records, *records])
    children = [case for case in CASES if case.url not in PARENTS and case.stream not in ("accounts", "audiences")]
    for case in children:
        mparticle.get(case.url, json=case.body(case.record))
    output = read_streams(config, *(case.stream for case in children))
    assert {case.stream: len(rows(output, case.stream)) for case in children} == {case.stream: 1 for case in children}


def test_a_feed_that_two_workspaces_list_is_one_row(mparticle: Mocker, config: Config) -> None:
    mparticle.get(WORKSPACES, json=envelope(workspace(), workspace(id="5319")))
    for each in (5318, 5319):
        mparticle.get(f"{API}/v1/workspace/{each}/partnerfeeds", json=envelope(FEED))
    mparticle.get(f"{API}/v1/partnerfeeds/3141", json=envelope(FEED_DETAIL))
    assert len(rows(read_streams(config, "partner_feeds"), "partner_feeds")) == 1


def test_children_of_unchanged_parents_are_still_read_in_an_incremental_sync(mparticle: Mocker, config: Config) -> None:
    activation = f"{attributes(5318)}/905/activation"
    mparticle.get(attributes(5318), json=[calculated_attribute()])
    mparticle.get(activation, json={"calculated_attribute_id": 905, "is_active": True})
    streams = ("calculated_attributes", "calculated_attribute_activations")
    first = read_streams(config, *streams, sync_mode=SyncMode.incremental)
    state = [message.state for message in first.state_messages]
    second = read_streams(config, *streams, sync_mode=SyncMode.incremental, state=state)
    assert len(rows(second, "calculated_attribute_activations")) == 1


def test_roles_are_offered_only_with_an_organization(mparticle: Mocker, config: Config) -> None:
    mparticle.get(f"{API}/platform/v2/organizations/77/accounts/1201/tasks", json=[{"task_id": "user:core"}])
    assert len(rows(read_streams(config, "role_tasks"), "role_tasks")) == 1
    del config["org_id"]
    output = read_streams(config, "role_tasks", fails=True)
    assert rows(output, "role_tasks") == []


def test_keys_are_shown_when_masking_is_switched_off(mparticle: Mocker, config: Config) -> None:
    mparticle.get(f"{API}/v1/apps", json=envelope(APP))
    (row,) = rows(read_streams(config | {"redact_keys": False}, "apps"), "apps")
    assert row["platforms"][0]["access_keys"][0]["key"] == "us1-0f3c1d"


def test_the_log_tells_the_list_of_feeds_from_their_details(mparticle: Mocker, config: Config) -> None:
    mparticle.get(f"{API}/v1/workspace/5318/partnerfeeds", json=envelope(FEED, FEED | {"id": "3142"}))
    for feed_id in (3141, 3142):
        mparticle.get(f"{API}/v1/partnerfeeds/{feed_id}", json=envelope(FEED_DETAIL | {"id": feed_id}))
    logged = log_lines(read_streams(config, "partner_feeds"))
    assert "partner_feeds (list): 1 requests." in logged
    assert "partner_feeds: 2 requests." in logged


@pytest.mark.parametrize("feed", [FEED | {"created_on": None}, {"id": "3141"}])
def test_a_feed_without_a_date_has_none(mparticle: Mocker, config: Config, feed: Any) -> None:
    mparticle.get(f"{API}/v1/workspace/5318/partnerfeeds", json=envelope(feed))
    mparticle.get(f"{API}/v1/partnerfeeds/3141", json=envelope(FEED_DETAIL))
    (row,) = rows(read_streams(config, "partner_feeds"), "partner_feeds")
    assert "created_on" not in row


def test_names_in_quotes_stay_what_they_are(mparticle: Mocker, config: Config) -> None:
    names = ["plan", "'plan'", '"plan"', "None", "1e5", "{{ 1 }}"]
    mparticle.get(f"{API}/platform/v2/workspaces/5318/plans", json=[PLAN | {"data_plan_id": name} for name in names])
    for name in names:
        url = f"{API}/platform/v2/workspaces/5318/plans/{quote(name, safe='')}"
        mparticle.get(url, json=PLAN | {"data_plan_versions": [{"version": 1, "data_plan_id": name}]})
    found = [row["data_plan_id"] for row in rows(read_streams(config, "data_plan_versions"), "data_plan_versions")]
    assert sorted(found) == sorted(names)


@pytest.mark.parametrize("other", [0, 906, "x"])
def test_an_object_that_is_about_something_else_is_no_row(mparticle: Mocker, config: Config, other: Any) -> None:
    mparticle.get(attributes(5318), json=[calculated_attribute(), calculated_attribute(id=907)])
    mparticle.get(f"{attributes(5318)}/905/activation", json={"calculated_attribute_id": "905", "is_active": True})
    mparticle.get(f"{attributes(5318)}/907/activation", json={"calculated_attribute_id": other, "is_active": False})
    (row,) = rows(read_streams(config, "calculated_attribute_activations"), "calculated_attribute_activations")
    assert row["calculated_attribute_id"] == 905
