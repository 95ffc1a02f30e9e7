"""The point-of-sale example: each event of the data model, as mParticle accepts it, beside what the model asks for.

The expected batches are written by hand from the data model, event by event; the ids of batches are left out.
"""

from typing import Any

import pytest

pytest.importorskip("duckdb")
pytest.importorskip("destination_mparticle", reason="pip install ./destination-mparticle")

from mparticle_sandbox import SandboxProcess

from examples.loyalty_sync.delivery import deliver
from examples.pos_loyalty.messages import CATALOG, messages
from examples.pos_loyalty.run import destination_config
from examples.pos_loyalty.warehouse import new_warehouse

# 17 May 2025, 13:00:37 UTC; the sample's rows are a minute apart.
FIRST_MINUTE = 1_747_486_837_000
TIER = {
    "tier_id": "177",
    "tier_balances_points": "200",
    "tier_balances_spend": "100",
    "tier_balances_transactions": "1",
    "tier_balances_reset_date": "2035-01-01T00:00:00.000Z",
}
REDEEMED = '[{"account_id":"4093853179","campaign_id":"100641542","value":700}]'
UNREDEEMED = '[{"account_id":"4093853356","campaign_id":"100792525","value":700}]'
COFFEE = {"id": "0001", "name": "Coffee", "price": 1000, "quantity": 2, "total_product_amount": 2000}
ORANGES = {"id": "0002", "name": "Oranges", "price": 1500, "quantity": 1, "total_product_amount": 1500}


def commerce(row: int, action: str, transaction: str, total: int, products: list, attributes: dict) -> dict[str, Any]:
    return {
        "event_type": "commerce_event",
        "data": {
            "timestamp_unixtime_ms": FIRST_MINUTE + row * 60_000,
            "source_message_id": f"evt-{row:04d}",
            "currency_code": "USD",
            "product_action": {
                "action": action,
                "transaction_id": transaction,
                "total_amount": total,
                "products": products,
            },
            "custom_attributes": attributes,
        },
    }


def custom(row: int, name: str, attributes: dict | None, part: str = "custom") -> dict[str, Any]:
    data = {
        "timestamp_unixtime_ms": FIRST_MINUTE + row * 60_000,
        "source_message_id": f"evt-{row:04d}-{part}",
        "event_name": name,
        "custom_event_type": "other",
    }
    return {
        "event_type": "custom_event",
        "data": data | ({} if attributes is None else {"custom_attributes": attributes}),
    }


# The event, the row of the sample it comes from, the event that is expected, and what the batch says of the user.
CASES: dict[str, tuple[int, dict[str, Any], dict[str, Any]]] = {
    "purchase by wallet settle": (
        1,
        commerce(
            1,
            "purchase",
            "T-1001",
            3500,
            [COFFEE, ORANGES],
            {
                "total_points_earned": "35",
                "discounts_received": "150",
                "coupons_redeemed": REDEEMED,
                "store_location_store_id": "outlet-7",
                "store_location_store_parent_id": "region-2",
            },
        ),
        {"user_attributes": {"points_balance": "123", **TIER}},
    ),
    "purchase by initial fulfil": (
        2,
        commerce(
            2,
            "purchase",
            "T-1002",
            3500,
            [COFFEE, ORANGES],
            {
                "total_points_earned": "35",
                "discounts_received": "0",
                "coupons_redeemed": "[]",
                "initial": "true",
                "store_location_store_id": "outlet-7",
                "store_location_store_parent_id": "region-2",
            },
        ),
        {"user_attributes": {"points_balance": "158", **TIER}},
    ),
    "purchase by middle fulfil": (
        3,
        commerce(
            3,
            "purchase",
            "T-1002",
            2000,
            [COFFEE],
            {
                "total_points_earned": "20",
                "discounts_received": "0",
                "coupons_redeemed": "[]",
                "store_location_store_id": "outlet-7",
            },
        ),
        {},
    ),
    "purchase by final fulfil": (
        4,
        commerce(
            4,
            "purchase",
            "T-1002",
            1500,
            [ORANGES],
            {
                "total_points_earned": "15",
                "discounts_received": "0",
                "coupons_redeemed": REDEEMED,
                "store_location_store_id": "outlet-7",
                "store_location_store_parent_id": "region-2",
            },
        ),
        {"user_attributes": {"points_balance": "173"}},
    ),
    "refund": (
        5,
        commerce(5, "refund", "T-1003", 2000, [COFFEE], {"points_deducted": "20", "coupons_unredeemed": UNREDEEMED}),
        {"user_attributes": {"points_balance": "153", **TIER}},
    ),
    "coupon redeemed": (
        1,
        custom(
            1,
            "ee_loyalty_coupon_redeemed",
            {"account_id": "4093853179", "campaign_id": "100641542", "value": "700"},
            part="4093853179",
        ),
        {},
    ),
    "wallet fulfil, initial": (
        2,
        custom(
            2,
            "ee_loyalty_posconnect_wallet_fulfil",
            {
                "points_earned": "35",
                "coupons_redeemed": "[]",
                "products": '[{"description":"Coffee","count":2,"itemCost":1000,"totalCost":2000},'
                '{"description":"Oranges","count":1,"itemCost":1500,"totalCost":1500}]',
                "store_location": "outlet-7",
                "transaction_identity_id": "190325877",
                "initial": "true",
            },
        ),
        {},
    ),
    "wallet fulfil, middle": (
        3,
        custom(
            3,
            "ee_loyalty_posconnect_wallet_fulfil",
            {
                "points_earned": "20",
                "coupons_redeemed": "[]",
                "products": '[{"description":"Coffee","count":2,"itemCost":1000,"totalCost":2000}]',
                "store_location": "outlet-7",
                "transaction_identity_id": "190325877",
            },
        ),
        {},
    ),
    "wallet fulfil, final": (
        4,
        custom(
            4,
            "ee_loyalty_posconnect_wallet_fulfil",
            {
                "points_earned": "15",
                "coupons_redeemed": REDEEMED,
                "products": '[{"description":"Oranges","count":1,"itemCost":1500,"totalCost":1500}]',
                "store_location": "outlet-7",
                "transaction_identity_id": "190325877",
                "final": "true",
            },
        ),
        {},
    ),
    "wallet refund": (
        5,
        custom(
            5,
            "ee_loyalty_posconnect_wallet_refund",
            {
                "points_deducted": "20",
                "coupons_unredeemed": UNREDEEMED,
                "products_returned": '[{"count":2,"description":"Coffee","itemCost":1000,"totalCost":2000}]',
            },
        ),
        {},
    ),
    "loyalty joined, with all that is known": (
        6,
        custom(
            6,
            "ee_loyalty_program_joined",
            {
                "points_balance": "0",
                **TIER,
                "coupons": '[{"account_id":"4306837532","campaign_id":"101042199","type":"ECOUPON","client_type":'
                '"OFFER","status":"ACTIVE","state":"LOADED","date_start":"2025-05-17T13:51:37+00:00",'
                '"date_end":"2026-03-01T23:59:00+00:00"}]',
            },
        ),
        {"user_attributes": {"loyalty_member": "true", "points_balance": "0", **TIER}},
    ),
    "loyalty joined, with nothing known": (
        7,
        custom(7, "ee_loyalty_program_joined", {}),
        {"user_attributes": {"loyalty_member": "true"}},
    ),
    "loyalty left": (
        8,
        custom(8, "ee_loyalty_program_left", None),
        {
            "deleted_user_attributes": [
                "loyalty_member",
                "points_balance",
                "tier_id",
                "tier_balances_points",
                "tier_balances_spend",
                "tier_balances_transactions",
                "tier_balances_reset_date",
            ]
        },
    ),
    "tier create": (9, custom(9, "ee_loyalty_tier_membership_create", TIER), {"user_attributes": TIER}),
    "tier credit": (10, custom(10, "ee_loyalty_tier_membership_credit", TIER), {"user_attributes": TIER}),
    "tier debit": (11, custom(11, "ee_loyalty_tier_membership_debit", TIER), {"user_attributes": TIER}),
    "tier move": (12, custom(12, "ee_loyalty_tier_membership_move", TIER), {"user_attributes": TIER}),
    "tier adjust": (13, custom(13, "ee_loyalty_tier_membership_adjust", TIER), {"user_attributes": TIER}),
    "spend": (
        14,
        custom(
            14,
            "ee_loyalty_posconnect_wallet_spend",
            {
                "original_transaction_reference": "T-1001",
                "reference": "S-2001",
                "points_balance": "73",
                "points_spent": "50",
                "tier": "200",
            },
        ),
        {},
    ),
    "spend void": (
        15,
        custom(
            15,
            "ee_loyalty_posconnect_wallet_spend_void",
            {
                "original_transaction_reference": "S-2001",
                "transaction_reference": "S-2002",
                "points_balance": "123",
                "points_spent": "50",
                "tier": "200",
                "voided": "true",
            },
        ),
        {},
    ),
    "service trigger": (
        16,
        custom(
            16,
            "ee_loyalty_service_trigger",
            {
                "account_id": "4306837600",
                "campaign_id": "101042300",
                "points": "5000",
                "coupons": '[{"account_id":"4306837601","campaign_id":"101042301","type":"ECOUPON","client_type":'
                '"OFFER","status":"ACTIVE","state":"LOADED","date_start":"2025-05-17T13:51:37+00:00",'
                '"date_end":"2026-03-01T23:59:00+00:00"}]',
            },
        ),
        {},
    ),
    "subscription joined": (
        17,
        custom(
            17,
            "ee_loyalty_subscription_joined",
            {
                "account_id": "4306837700",
                "campaign_id": "101042400",
                "entitlements": '[{"account_id":"4306837701","campaign_id":"101042401"},'
                '{"account_id":"4306837702","campaign_id":"101042402"}]',
            },
        ),
        {},
    ),
    "subscription cancelled": (
        18,
        custom(18, "ee_loyalty_subscription_cancelled", {"account_id": "4306837700", "campaign_id": "101042400"}),
        {},
    ),
    "account create campaign": (
        19,
        custom(
            19,
            "ee_loyalty_wallet_account_create_campaign",
            {
                "account_id": "4306837800",
                "campaign_id": "101042500",
                "type": "ECOUPON",
                "clientType": "OFFER",
                "status": "ACTIVE",
                "date_start": "2025-05-17T13:51:37+00:00",
                "date_end": "2026-03-01T23:59:00+00:00",
            },
            part="4306837800",
        ),
        {},
    ),
    "account create campaign, without an end": (
        19,
        custom(
            19,
            "ee_loyalty_wallet_account_create_campaign",
            {
                "account_id": "4306837801",
                "campaign_id": "101042501",
                "type": "ECOUPON",
                "clientType": "OFFER",
                "status": "ACTIVE",
                "date_start": "2025-05-17T13:51:37+00:00",
            },
            part="4306837801",
        ),
        {},
    ),
    "account create scheme": (20, custom(20, "ee_loyalty_wallet_account_create_scheme", None), {}),
}


@pytest.fixture(scope="module")
def accepted(tmp_path_factory):
    """What a sandbox of its own accepted of the whole sample: its batches, and how the run ended."""
    with SandboxProcess() as sandbox, new_warehouse(tmp_path_factory.mktemp("pos") / "pos.duckdb") as warehouse:
        delivery = deliver(destination_config(sandbox), CATALOG, list(messages(warehouse)))
        return {"delivery": delivery, "batches": sandbox.batches(), "report": sandbox.events_report()}


@pytest.mark.parametrize("event", CASES)
def test_an_accepted_batch_is_what_the_data_model_asks_for(accepted, event):
    row, expected_event, about_the_user = CASES[event]
    message_id = expected_event["data"]["source_message_id"]
    (batch,) = [
        batch
        for batch in accepted["batches"]
        if message_id in [each["data"]["source_message_id"] for each in batch["events"]]
    ]
    (found,) = [each for each in batch["events"] if each["data"]["source_message_id"] == message_id]
    rest = {name: value for name, value in batch.items() if name not in {"source_request_id", "events"}}
    assert (found, rest) == (
        expected_event,
        {
            "environment": "development",
            "user_identities": {"customer_id": f"{219153400 + row}", "other": f"63320042{row:04d}"},
            **about_the_user,
        },
    )


def test_every_row_of_the_sample_arrives_and_nothing_else_does(accepted):
    delivery = accepted["delivery"]
    assert delivery.exit_code == 0
    assert (delivery.count("recordCount"), delivery.count("rejectedRecordCount")) == (27, 0)
    assert accepted["report"]["events"] == 27
    assert accepted["report"]["silently_dropped"] == {}
