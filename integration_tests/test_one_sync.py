"""Whole syncs against the real sandbox: what they ask for, and what they survive."""

import threading
import time
from collections import Counter
from typing import Any

import pytest
from airbyte_cdk.models import ConfiguredAirbyteCatalogSerializer
from airbyte_cdk.test.entrypoint_wrapper import EntrypointOutput, read
from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.testing import configured_catalog, source_config

from integration_tests.catalogs import full_refresh_catalog
from source_mparticle import SourceMparticle


def sync(config: dict[str, Any], fails: bool = False) -> EntrypointOutput:
    catalog = ConfiguredAirbyteCatalogSerializer.load(full_refresh_catalog())
    return read(SourceMparticle(catalog=catalog, config=config), config, catalog, expecting_exception=fails)


def counts(output: EntrypointOutput) -> dict[str, int]:
    return dict(Counter(message.record.stream for message in output.records))


EVERYTHING = {"accounts": 3, "workspaces": 3, "audiences": 25, "calculated_attributes": 24}


def test_a_sync_of_all_streams_costs_one_token_and_each_resource_once(
    sandbox: SandboxProcess, config: dict[str, Any]
) -> None:
    assert counts(sync(config)) == EVERYTHING
    assert sandbox.requests()["by_route"] == {
        "POST /oauth/token": 1,
        "GET /v1/accounts": 1,
        "GET /v1/workspace": 1,
        "GET /v1/audiences": 1,
        "GET /platform/v2/workspaces/5318/calculatedattributes": 1,
        "GET /platform/v2/workspaces/5319/calculatedattributes": 1,
        "GET /platform/v2/workspaces/5320/calculatedattributes": 1,
    }


@pytest.mark.parametrize("shape", ["documented", "bare", "wrapped"])
def test_lists_are_read_in_every_shape(sandbox: SandboxProcess, config: dict[str, Any], shape: Any) -> None:
    sandbox.settings(list_shape=shape)
    assert counts(sync(config)) == EVERYTHING


def test_users_whose_identities_differ_in_case_alone_are_looked_up_each(sandbox: SandboxProcess) -> None:
    profiles = {"workspace_id": "5318", "identity_type": "customer_id", "identities": ["c-1001", "C-1001"]}
    config = source_config(sandbox, org_id=sandbox.org_id, profiles=profiles)
    catalog = ConfiguredAirbyteCatalogSerializer.load(configured_catalog("user_profiles"))
    assert counts(read(SourceMparticle(catalog=catalog, config=config), config, catalog)) == {"user_profiles": 1}
    assert sandbox.requests()["by_route"]["POST /userprofile/v1/resolve/77/1201/5318"] == 2


def test_a_token_revoked_in_the_middle_is_replaced_once() -> None:
    with SandboxProcess(workspaces=8) as sandbox:
        sandbox.add_fault(path="/platform/*", latency_ms=500)

        def revoke_once_workspaces_are_being_read() -> None:
            while not any("/platform/" in route for route in sandbox.requests()["by_route"]):
                time.sleep(0.05)
            sandbox.revoke_tokens()

        revoker = threading.Thread(target=revoke_once_workspaces_are_being_read)
        revoker.start()
        output = sync(source_config(sandbox) | {"num_workers": 2})
        revoker.join()
        assert counts(output)["calculated_attributes"] == 8 * 8
        seen = sandbox.requests()
        assert seen["by_route"]["POST /oauth/token"] == 2
        assert 401 in [request["status"] for request in seen["requests"]]


def test_tokens_that_live_a_second_lose_nothing() -> None:
    with SandboxProcess(workspaces=12, token_lifetime=1) as sandbox:
        sandbox.add_fault(path="/platform/*", latency_ms=300)
        started = time.monotonic()
        output = sync(source_config(sandbox) | {"num_workers": 2})
        assert time.monotonic() - started > 1
        assert counts(output)["calculated_attributes"] == 12 * 8
        seen = sandbox.requests()
        assert seen["by_route"]["POST /oauth/token"] > 1
        # A token is renewed before it expires, but one that leaves on a busy machine may expire on its way.
        assert {request["status"] for request in seen["requests"]} <= {200, 401}


def test_partitions_are_read_at_the_same_time() -> None:
    with SandboxProcess(workspaces=16, calculated_attributes=1) as sandbox:
        sandbox.add_fault(path="/platform/*", latency_ms=500)
        assert counts(sync(source_config(sandbox)))["calculated_attributes"] == 16
        times = [each["at_ms"] for each in sandbox.requests()["requests"] if "/platform/" in each["path"]]
        one_after_the_other = 16 * 500
        assert max(times) - min(times) < one_after_the_other / 2


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429, "headers": {"Retry-After": "1"}, "times": 2},
        {"status": 500, "times": 1},
        {"reset": True, "times": 1},
    ],
    ids=["429", "500", "reset"],
)
def test_a_fault_that_passes_loses_nothing_and_doubles_nothing(
    sandbox: SandboxProcess, config: dict[str, Any], fault: dict[str, Any]
) -> None:
    sandbox.add_fault(path="/v1/audiences", **fault)
    output = sync(config)
    assert counts(output) == EVERYTHING
    ids = [message.record.data["id"] for message in output.records if message.record.stream == "audiences"]
    assert len(set(ids)) == 25


def test_errors_inside_a_200_fail_that_stream_alone(sandbox: SandboxProcess, config: dict[str, Any]) -> None:
    sandbox.settings(errors_in_200="/v1/audiences")
    output = sync(config, fails=True)
    assert counts(output) == {name: count for name, count in EVERYTHING.items() if name != "audiences"}


def test_a_wrong_account_costs_no_more_than_three_extra_tokens_for_each_resource(
    sandbox: SandboxProcess, config: dict[str, Any]
) -> None:
    sandbox.add_fault(path="/v1/*", status=401)
    output = sync(config, fails=True)
    assert "check that Account ID (`account_id`) 1201" in output.errors[0].trace.error.message
    asked = sandbox.requests()["by_route"]
    assert asked["POST /oauth/token"] <= 1 + 3 * sum("/v1/" in route for route in asked)
