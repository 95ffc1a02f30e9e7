"""The loyalty example: how its members and events arrive despite failures."""

from collections import Counter
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess

pytest.importorskip("duckdb")
pytest.importorskip("destination_mparticle", reason="pip install ./destination-mparticle")

from destination_mparticle import tuning
from destination_mparticle.errors import SyncError
from destination_mparticle.http.retry import RetryPolicy
from destination_mparticle.http.settings import HttpSettings
from examples.loyalty_sync.delivery import deliver
from examples.loyalty_sync.messages import CATALOG, messages
from examples.loyalty_sync.warehouse import Warehouse
from examples.tests.loyalty_delivery import MEMBERS, delivered_here, event_ids

pytestmark = pytest.mark.usefixtures("forked_destination")
EVENTS_SENT = 8 + 24
EVENTS_OF_M_1001 = ["E-1", "E-4", "E-11", "E-17", "E-23", "E-29"]


@pytest.fixture
def busy_warehouse(warehouse: Warehouse) -> Any:
    """One with several events for every member."""
    warehouse.let_time_pass()
    return warehouse


def assert_everything_arrived_once_and_in_order(sandbox: SandboxProcess, warehouse: Warehouse) -> None:
    """In the order in which the warehouse has each member's events, after the member's attributes."""
    due: dict[str, list[str]] = {member["member_id"]: [] for member in warehouse.members()}
    for event in warehouse.events():
        if event["event_id"] != "E-7":
            due[event["member_id"]].append(event["event_id"])
    for member, ids in due.items():
        assert event_ids(sandbox.user(f"customer_id:{member}")) == ids
    assert due["M-1001"] == EVENTS_OF_M_1001
    assert Counter(event_ids(sandbox.batches())).most_common(1)[0][1] == 1
    request_ids = [batch["source_request_id"] for batch in sandbox.batches()]
    assert len(set(request_ids)) == len(request_ids)
    assert len([batch for batch in sandbox.batches() if "user_attributes" in batch]) == MEMBERS
    report = sandbox.events_report()
    assert report["events"] == EVENTS_SENT
    assert (report["silently_dropped"], report["batches_refused"]) == ({}, {})


@pytest.mark.parametrize(
    ("fault", "was_taken"),
    [
        ({"reset": True, "times": 3}, False),
        ({"accept_then_reset": True, "times": 3}, True),
        ({"status": 429, "headers": {"Retry-After": "1"}, "times": 3}, False),
        ({"status": 500, "times": 3}, False),
    ],
    ids=["the connection is lost", "the answer is lost", "429", "500"],
)
def test_what_goes_wrong_for_a_while_is_sent_again_until_it_passes(
    sandbox: SandboxProcess,
    busy_warehouse: Warehouse,
    loyalty_config: dict[str, Any],
    fault: dict[str, Any],
    was_taken: Any,
) -> None:
    sandbox.add_fault(path="/v2/*", after=2, **fault)

    delivery = deliver(loyalty_config, CATALOG, messages(busy_warehouse.members(), busy_warehouse.events()))

    assert delivery.exit_code == 0
    assert delivery.last_event == 34
    requests = sandbox.requests()["requests"]
    assert sum(request["status"] != 202 for request in requests) == 3
    assert requests[-1]["at_ms"] - requests[0]["at_ms"] < tuning.RETRY_SECONDS * 1_000
    assert (sandbox.events_report()["duplicates"] > 0) == was_taken
    assert_everything_arrived_once_and_in_order(sandbox, busy_warehouse)


def test_a_time_out_is_sent_again_and_what_it_did_deliver_is_not_stored_twice(
    sandbox: SandboxProcess, busy_warehouse: Warehouse, loyalty_config: dict[str, Any]
) -> None:
    sandbox.add_fault(path="/v2/*", latency_ms=1_500, times=2)
    lines = messages(busy_warehouse.members(), busy_warehouse.events())

    _, error = delivered_here(loyalty_config, lines, http=HttpSettings(connect_timeout=5.0, read_timeout=0.5))

    assert error is None
    assert_everything_arrived_once_and_in_order(sandbox, busy_warehouse)


def test_faults_beyond_the_stated_time_end_in_an_error_and_the_next_run_goes_on_from_the_last_state(
    sandbox: SandboxProcess, busy_warehouse: Warehouse, loyalty_config: dict[str, Any]
) -> None:
    # Being told to wait longer than the stated time ends a request at once, with no wait in the test.
    too_long = {"Retry-After": str(int(tuning.RETRY_SECONDS) + 1)}
    sandbox.add_fault(path="/v2/*", after=4, status=503, headers=too_long)

    stopped = deliver(
        loyalty_config, CATALOG, messages(busy_warehouse.members(), busy_warehouse.events(), between_states=2)
    )

    assert stopped.exit_code == 1
    assert stopped.error is not None
    assert stopped.error["failure_type"] == "transient_error"
    assert "answered 503" in stopped.error["message"]
    stored = set(event_ids(sandbox.batches()))
    confirmed = {e["event_id"] for e in busy_warehouse.events() if e["sequence"] <= stopped.last_event}
    assert confirmed
    assert confirmed - {"E-7"} <= stored
    assert len(stored) < EVENTS_SENT

    sandbox.clear_faults()
    again = deliver(
        loyalty_config, CATALOG, messages([], busy_warehouse.events(after=stopped.last_event), between_states=2)
    )

    assert again.exit_code == 0
    assert again.last_event == 34
    assert_everything_arrived_once_and_in_order(sandbox, busy_warehouse)


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 429}, {"reset": True}], ids=str)
def test_several_tries_that_all_fail_end_in_an_error_that_counts_them_and_confirm_nothing(
    sandbox: SandboxProcess, warehouse: Warehouse, loyalty_config: dict[str, Any], fault: dict[str, Any]
) -> None:
    sandbox.add_fault(path="/v2/*", **fault)
    impatient = RetryPolicy(base_seconds=0.05, cap_seconds=0.1, total_seconds=1.0)

    states, error = delivered_here(loyalty_config, messages([], warehouse.events()), HttpSettings(retry=impatient))

    assert isinstance(error, SyncError)
    assert error.failure_type.value == "transient_error"
    assert int(str(error).split(" tries")[0].split()[-1]) > 1
    assert [state for state in states if state["stream"]["stream_descriptor"]["name"] == "loyalty_events"] == []
    assert sandbox.batches() == []
