"""The loyalty example: what its mapping makes of members and events."""

from datetime import datetime, timezone
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess

pytest.importorskip("duckdb")
pytest.importorskip("destination_mparticle", reason="pip install ./destination-mparticle")

from examples.loyalty_sync.delivery import deliver
from examples.loyalty_sync.messages import CATALOG, messages
from examples.loyalty_sync.warehouse import Warehouse
from examples.tests.loyalty_delivery import MEMBERS, TODAY, delivered_here, event_ids

pytestmark = pytest.mark.usefixtures("forked_destination")


def milliseconds(days_ago: Any, hour: Any, minute: int = 0, second: int = 0) -> Any:
    midnight = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=timezone.utc).timestamp()
    return int((midnight - days_ago * 86_400 + hour * 3_600 + minute * 60 + second) * 1_000)


def batches_of(sandbox: SandboxProcess, member: Any) -> Any:
    """The batches of a member without their ids."""
    return [
        {name: value for name, value in batch.items() if name != "source_request_id"}
        for batch in sandbox.user(f"customer_id:{member}")
    ]


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
