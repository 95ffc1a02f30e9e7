"""The loyalty example: what its mapping makes of members and events, and how they arrive despite failures."""

import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess

pytest.importorskip("duckdb")
pytest.importorskip("destination_mparticle", reason="pip install ./destination-mparticle")

from destination_mparticle import tuning
from destination_mparticle.config import parse_config
from destination_mparticle.errors import SyncError
from destination_mparticle.http.retry import RetryPolicy
from destination_mparticle.http.settings import DEFAULT_SETTINGS, HttpSettings
from destination_mparticle.protocol.catalog import parse_catalog
from destination_mparticle.protocol.output import Output
from destination_mparticle.sync import write
from destination_mparticle.sync_run import Run
from examples.loyalty_sync.connection import sandbox_config
from examples.loyalty_sync.delivery import deliver
from examples.loyalty_sync.messages import CATALOG, messages
from examples.loyalty_sync.warehouse import Warehouse, new_warehouse

pytestmark = pytest.mark.usefixtures("forked_destination")
TODAY = datetime.now(timezone.utc).date()
EVENTS_SENT = 8 + 24
MEMBERS = 6
EVENTS_OF_M_1001 = ["E-1", "E-4", "E-11", "E-17", "E-23", "E-29"]


def milliseconds(days_ago: Any, hour: Any, minute: int = 0, second: int = 0) -> Any:
    midnight = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=timezone.utc).timestamp()
    return int((midnight - days_ago * 86_400 + hour * 3_600 + minute * 60 + second) * 1_000)


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Any]:
    with new_warehouse(tmp_path / "loyalty.duckdb", TODAY) as warehouse:
        yield warehouse


@pytest.fixture
def busy_warehouse(warehouse: Warehouse) -> Any:
    """One with several events for every member."""
    warehouse.let_time_pass()
    return warehouse


@pytest.fixture
def loyalty_config(sandbox: SandboxProcess) -> Any:
    return sandbox_config(sandbox)


def batches_of(sandbox: SandboxProcess, member: Any) -> Any:
    """The batches of a member without their ids."""
    return [
        {name: value for name, value in batch.items() if name != "source_request_id"}
        for batch in sandbox.user(f"customer_id:{member}")
    ]


def event_ids(batches: Any) -> Any:
    return [event["data"]["source_message_id"] for batch in batches for event in batch["events"]]


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


def delivered_here(
    config: dict[str, Any], lines: Iterable[bytes], http: HttpSettings = DEFAULT_SETTINGS
) -> tuple[list[dict[str, Any]], Exception | None]:
    """Deliver in this process with the given timeouts. Returns the states that were confirmed, and the error."""
    out = io.BytesIO()
    error = None
    try:
        write(Run.begin(parse_config(config), parse_catalog(CATALOG)), lines, Output(out), http=http)
    except Exception as failure:  # noqa: BLE001 - the tests look at it
        error = failure
    messages = [json.loads(line) for line in out.getvalue().splitlines()]
    return [message["state"] for message in messages if message["type"] == "STATE"], error


def test_a_member_becomes_reserved_and_prefixed_attributes(
    sandbox: SandboxProcess, warehouse: Warehouse, loyalty_config: dict[str, Any]
) -> None:
    delivered_here(loyalty_config, messages(warehouse.members(), []))

    assert batches_of(sandbox, "M-1001") == [
        {
            "environment": "development",
            "user_identities": {"customer_id": "M-1001", "email": "ines@example.com"},
            "user_attributes": {
                "$firstname": "Ines",
                "$lastname": "Varga",
                "$age": 34,
                "$gender": "F",
                "$mobile": "+15550100001",
                "$address": "12 Alder Row",
                "$zip": "04101",
                "$city": "Portland",
                "$state": "ME",
                "$country": "US",
                "loyalty_language": "en",
                "loyalty_tier": "gold",
                "loyalty_points": 1750,
                "loyalty_member": "yes",
            },
            "events": [],
        }
    ]


def test_what_a_member_did_not_tell_is_left_out(
    sandbox: SandboxProcess, warehouse: Warehouse, loyalty_config: dict[str, Any]
) -> None:
    delivered_here(loyalty_config, messages(warehouse.members(), []))

    assert batches_of(sandbox, "M-1005")[0]["user_attributes"] == {
        "$firstname": "Sofia",
        "$lastname": "Reyes",
        "$mobile": "+15550100005",
        "$city": "Austin",
        "$state": "TX",
        "$country": "US",
        "loyalty_language": "es",
        "loyalty_tier": "bronze",
        "loyalty_points": 60,
        "loyalty_member": "yes",
    }


def test_events_take_the_associated_name_and_type_and_the_fields_of_the_table(
    sandbox: SandboxProcess, warehouse: Warehouse, loyalty_config: dict[str, Any]
) -> None:
    delivered_here(loyalty_config, messages([], warehouse.events()))

    assert batches_of(sandbox, "M-1006") == [
        {
            "environment": "development",
            "user_identities": {"customer_id": "M-1006"},
            "events": [
                {
                    "event_type": "custom_event",
                    "data": {
                        "source_message_id": "E-6",
                        "timestamp_unixtime_ms": milliseconds(2, 8),
                        "event_name": "Loyalty Points Added",
                        "custom_event_type": "transaction",
                        "custom_attributes": {
                            "loyalty_points": 220,
                            "loyalty_reason": "purchase",
                            "loyalty_balance": 3240,
                            "loyalty_direction": "earned",
                            "loyalty_origin": "loyalty platform",
                        },
                    },
                },
                {
                    "event_type": "custom_event",
                    "data": {
                        "source_message_id": "E-8",
                        "timestamp_unixtime_ms": milliseconds(2, 8, second=1),
                        "event_name": "Loyalty Tier Changed",
                        "custom_event_type": "user_preference",
                        "custom_attributes": {
                            "loyalty_tier": "platinum",
                            "loyalty_previous_tier": "gold",
                            "loyalty_origin": "loyalty platform",
                        },
                    },
                },
            ],
        }
    ]


def test_an_event_without_an_association_does_not_travel_and_is_named(warehouse: Warehouse) -> None:
    assert warehouse.left_out() == {"check_in": 1}
    assert "E-5" not in [event["event_id"] for event in warehouse.events()]


def test_the_development_switch_is_one_word_of_the_configuration(
    sandbox: SandboxProcess, warehouse: Warehouse, loyalty_config: dict[str, Any]
) -> None:
    delivered_here({**loyalty_config, "environment": "production"}, messages(warehouse.members(), []))

    assert sandbox.events_report()["batches_by_environment"] == {"production": MEMBERS}


def test_an_event_whose_time_nobody_can_read_is_rejected_alone(
    sandbox: SandboxProcess, warehouse: Warehouse, loyalty_config: dict[str, Any]
) -> None:
    delivery = deliver(loyalty_config, CATALOG, messages([], warehouse.events()))

    assert delivery.exit_code == 0
    assert (delivery.count("recordCount"), delivery.count("rejectedRecordCount")) == (8, 1)
    assert "E-7" not in event_ids(sandbox.batches())


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


def test_http_faults_beyond_the_stated_time_ends_in_an_error_and_the_next_run_goes_on_from_the_last_state(
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
