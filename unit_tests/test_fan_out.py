"""Streams that are read from the records of others: what they request, and what they share."""

from collections import Counter

import pytest
from airbyte_cdk.models import SyncMode

from unit_tests.catalogue import APP, APP_SERVICE, CASES, FEED, FEED_DETAIL, PARENTS, PLAN, PLATFORM, SERVICE
from unit_tests.mparticle import (
    API,
    WORKSPACES,
    attributes,
    calculated_attribute,
    envelope,
    read_streams,
    rows,
    workspace,
)


@pytest.fixture(autouse=True)
def parents(mparticle, config):
    config["org_id"] = "77"
    for url, body in PARENTS.items():
        mparticle.get(url, json=body)


def requested(mocker) -> Counter:
    return Counter(request.url.split("?")[0] for request in mocker.request_history if request.method == "GET")


def infos(output) -> list[str]:
    return [message.log.message for message in output.logs]


def test_the_whole_catalog_costs_one_token_and_each_resource_once(mparticle, config):
    for case in CASES:
        mparticle.get(case.url, json=case.body(case.record))
    for url, body in PARENTS.items():
        mparticle.get(url, json=body)
    output = read_streams(config, *(case.stream for case in CASES), "audience_snapshots")
    assert {case.stream for case in CASES} == {message.record.stream for message in output.records} - {
        "audience_snapshots"
    }
    assert set(requested(mparticle).values()) == {1}
    assert [request.method for request in mparticle.request_history].count("POST") == 1


def test_platforms_of_apps_are_taken_from_the_list_of_apps(mparticle, config):
    app = APP | {"platforms": [PLATFORM, PLATFORM | {"os": "iOS"}, {"application_id": 881}]}
    mparticle.get(f"{API}/v1/apps", json=envelope(app, APP | {"id": 882, "platforms": None}))
    mparticle.get(f"{API}/v1/apps/881/platforms/ios/services", json=envelope())
    output = read_streams(config, "app_platform_services")
    assert requested(mparticle) == {
        f"{API}/v1/apps": 1,
        f"{API}/v1/apps/881/platforms/android/services": 1,
        f"{API}/v1/apps/881/platforms/ios/services": 1,
    }
    assert "app_platform_services: 2 requests." in infos(output)


def test_filters_are_asked_for_services_that_an_app_has_and_once_for_each(mparticle, config):
    both = [PLATFORM, PLATFORM | {"os": "iOS"}]
    mparticle.get(f"{API}/v1/apps", json=envelope(APP | {"platforms": both}))
    mparticle.get(f"{API}/v1/apps/881/platforms/ios/services", json=envelope(APP_SERVICE | {"account": "Second"}))
    mparticle.get(f"{API}/v1/apps/881/AdNet/datapoints", json=envelope())
    output = read_streams(config, "data_point_filters")
    assert requested(mparticle)[f"{API}/v1/apps/881/AdNet/datapoints"] == 1
    assert "data_point_filters: 1 requests." in infos(output)


def test_configurations_are_asked_for_every_wanted_workspace_and_every_service(mparticle, config):
    mparticle.get(WORKSPACES, json=envelope(workspace(), workspace(id="5319"), workspace(id="5320")))
    mparticle.get(f"{API}/v1/services", json=envelope(SERVICE, SERVICE | {"name": "LakeTool"}))
    expected = {
        f"{API}/v1/workspace/{w}/{m}/serviceconfigurations" for w in (5319, 5320) for m in ("AdNet", "LakeTool")
    }
    for url in expected:
        mparticle.get(url, json=envelope())
    read_streams(config | {"workspace_ids": ["5319", "5320"]}, "service_configurations")
    assert set(requested(mparticle)) == expected | {WORKSPACES, f"{API}/v1/services"}


def test_a_parent_that_may_not_be_read_is_named_and_its_children_are_skipped(mparticle, config):
    mparticle.get(f"{API}/v1/apps", status_code=403)
    output = read_streams(config, "apps", "app_platforms", "data_points", "data_point_filters")
    assert list(output.records) == []
    (warning,) = [message for message in infos(output) if "is skipped" in message]
    assert warning.startswith("apps is skipped where mParticle refuses it, and so is what is read from it")
    assert requested(mparticle) == {f"{API}/v1/apps": 1}


def test_one_refused_partition_does_not_hide_the_others(mparticle, config):
    mparticle.get(WORKSPACES, json=envelope(workspace(), workspace(id="5319")))
    mparticle.get(f"{API}/platform/v2/workspaces/5318/plans", status_code=403)
    mparticle.get(f"{API}/platform/v2/workspaces/5319/plans", json=[PLAN])
    assert [row["workspace_id"] for row in rows(read_streams(config, "data_plans"), "data_plans")] == [5319]


def test_children_of_unchanged_parents_are_still_read_in_an_incremental_sync(mparticle, config):
    activation = f"{attributes(5318)}/905/activation"
    mparticle.get(attributes(5318), json=[calculated_attribute()])
    mparticle.get(activation, json={"calculated_attribute_id": 905, "is_active": True})
    streams = ("calculated_attributes", "calculated_attribute_activations")
    first = read_streams(config, *streams, sync_mode=SyncMode.incremental)
    state = [message.state for message in first.state_messages]
    second = read_streams(config, *streams, sync_mode=SyncMode.incremental, state=state)
    assert len(rows(second, "calculated_attribute_activations")) == 1


def test_roles_are_offered_only_with_an_organization(mparticle, config):
    mparticle.get(f"{API}/platform/v2/organizations/77/accounts/1201/tasks", json=[{"task_id": "user:core"}])
    assert len(rows(read_streams(config, "role_tasks"), "role_tasks")) == 1
    del config["org_id"]
    output = read_streams(config, "role_tasks", fails=True)
    assert rows(output, "role_tasks") == []


def test_keys_are_shown_when_masking_is_switched_off(mparticle, config):
    mparticle.get(f"{API}/v1/apps", json=envelope(APP))
    (row,) = rows(read_streams(config | {"redact_keys": False}, "apps"), "apps")
    assert row["platforms"][0]["access_keys"][0]["key"] == "us1-0f3c1d"


def test_the_log_tells_the_list_of_feeds_from_their_details(mparticle, config):
    mparticle.get(f"{API}/v1/workspace/5318/partnerfeeds", json=envelope(FEED, FEED | {"id": "3142"}))
    for feed_id in (3141, 3142):
        mparticle.get(f"{API}/v1/partnerfeeds/{feed_id}", json=envelope(FEED_DETAIL | {"id": feed_id}))
    logged = infos(read_streams(config, "partner_feeds"))
    assert "partner_feeds (list): 1 requests." in logged
    assert "partner_feeds: 2 requests." in logged


@pytest.mark.parametrize("feed", [FEED | {"created_on": None}, {"id": "3141"}])
def test_a_feed_without_a_date_has_none(mparticle, config, feed):
    mparticle.get(f"{API}/v1/workspace/5318/partnerfeeds", json=envelope(feed))
    mparticle.get(f"{API}/v1/partnerfeeds/3141", json=envelope(FEED_DETAIL))
    (row,) = rows(read_streams(config, "partner_feeds"), "partner_feeds")
    assert "created_on" not in row
