"""What the point-of-sale data model asks for, written by hand from it: the custom events."""

from typing import Any

from examples.tests.pos_commerce_events import REDEEMED, TIER, UNREDEEMED, custom

CUSTOM_EVENTS: dict[str, tuple[int, dict[str, Any], dict[str, Any]]] = {
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
                "products": '[{"count":2,"description":"Coffee","itemCost":1000,"totalCost":2000},{"count":1,'
                '"description":"Oranges","itemCost":1500,"totalCost":1500}]',
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
                "products": '[{"count":2,"description":"Coffee","itemCost":1000,"totalCost":2000}]',
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
                "products": '[{"count":1,"description":"Oranges","itemCost":1500,"totalCost":1500}]',
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
                "coupons": '[{"account_id":"4306837532","campaign_id":"101042199","client_type":"OFFER",'
                '"date_end":"2026-03-01T23:59:00+00:00","date_start":"2025-05-17T13:51:37+00:00",'
                '"state":"LOADED","status":"ACTIVE","type":"ECOUPON"}]',
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
        {"user_attributes": {"points_balance": "73"}},
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
        {"user_attributes": {"points_balance": "123"}},
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
                "coupons": '[{"account_id":"4306837601","campaign_id":"101042301","client_type":"OFFER",'
                '"date_end":"2026-03-01T23:59:00+00:00","date_start":"2025-05-17T13:51:37+00:00",'
                '"state":"LOADED","status":"ACTIVE","type":"ECOUPON"}]',
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
