"""What the point-of-sale data model asks for, written by hand from it: the commerce events."""

from typing import Any

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


def commerce(
    row: int, action: str, transaction: str, total: int, products: list[dict[str, Any]], attributes: dict[str, Any]
) -> dict[str, Any]:
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


def custom(row: int, name: str, attributes: dict[str, Any] | None, part: str = "custom") -> dict[str, Any]:
    data = {
        "timestamp_unixtime_ms": FIRST_MINUTE + row * 60_000,
        "source_message_id": f"evt-{row:04d}-{part}",
        "event_name": name,
        "custom_event_type": "user_preference",
    }
    return {
        "event_type": "custom_event",
        "data": data | ({} if attributes is None else {"custom_attributes": attributes}),
    }


# The event, the row of the sample it comes from, the event that is expected, and what the batch says of the user.
COMMERCE_EVENTS: dict[str, tuple[int, dict[str, Any], dict[str, Any]]] = {
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
}
