"""Exported files in mParticle's outbound form: the same for the same numbers, without a server."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any, Final

import orjson

_START: Final = datetime(2026, 11, 1, tzinfo=timezone.utc)
_FILES_A_DAY: Final = 40
_MOST_EVENTS: Final = 6
_NAMES: Final = ("Item Viewed", "Search", "Cart Opened", "Reward Redeemed", "Store Selected")
_INT64: Final = 2**63


def file_name(number: int) -> str:
    """Return the path of a file, as mParticle writes it with date folders."""
    at = _START + timedelta(days=number // _FILES_A_DAY, minutes=30 * (number % _FILES_A_DAY))
    return f"{at:%Y-%m-%d}/Benchmark-App_{at:%Y%m%d%H%M%S%f}_{number % 100_000:05}.txt"


def lines(number: int, size: int) -> Iterator[bytes]:
    """Return the lines of a file, a batch each, of at least `size` bytes together."""
    draw = random.Random(number)  # noqa: S311 - not for security
    at = int((_START + timedelta(days=number // _FILES_A_DAY)).timestamp() * 1000)
    written = 0
    while written < size:
        at += draw.randrange(1000)
        line = orjson.dumps(_batch(draw, at), option=orjson.OPT_APPEND_NEWLINE)
        written += len(line)
        yield line


def _batch(draw: random.Random, at: int) -> dict[str, Any]:
    user, session = draw.randrange(1_000_000), draw.getrandbits(64)
    return {
        "events": [_event(draw, at + index * 900, session) for index in range(draw.randint(1, _MOST_EVENTS))],
        "source_request_id": f"{draw.getrandbits(128):032x}",
        "batch_id": _id(draw),
        "message_id": f"{draw.getrandbits(128):032x}",
        "message_type": "events",
        "timestamp_unixtime_ms": at + 60_000,
        "mpid": _id(draw),
        "environment": "production",
        "schema_version": 2,
        "user_identities": [
            {"identity_type": "customer_id", "identity": f"customer-{user}", "timestamp_unixtime_ms": at},
            {"identity_type": "email", "identity": f"user-{user}@example.com", "timestamp_unixtime_ms": at},
        ],
        "user_attributes": {"tier": draw.choice(("gold", "silver")), "points": str(user % 5000), "$FirstName": "Anna"},
        "device_info": {
            "brand": "iPhone14,3",
            "device_country": "DE",
            "device_manufacturer": "Apple",
            "locale_country": "DE",
            "locale_language": "de",
            "network_country": "DE",
            "os_version": "26.1",
            "platform": "iOS",
            "screen_height": 2778,
            "screen_width": 1284,
            "timezone_offset": 1,
        },
        "application_info": {
            "application_name": "Benchmark App",
            "application_version": "4.12.0",
            "os": "IOS",
            "package": "com.example.benchmark",
            "apple_search_ads_attributes": None,
        },
        "source_info": {"channel": "native", "is_historical": False},
        "context": {"data_plan": {"plan_id": "loyalty", "plan_version": 3}},
        "system_notifications": [],
    }


def _event(draw: random.Random, at: int, session: int) -> dict[str, Any]:
    common = {
        "timestamp_unixtime_ms": at,
        "event_start_unixtime_ms": at - 40,
        "event_id": _id(draw),
        "source_message_id": f"{draw.getrandbits(128):032x}",
        "session_id": session - _INT64,
        "session_uuid": f"{session:032x}",
        "session_start_unixtime_ms": at - 30_000,
        "custom_attributes": {"store": str(draw.randrange(900)), "source": "home screen", "position": "3"},
    }
    # Every fifth event is a purchase.
    if draw.randrange(5):
        named = {"event_name": draw.choice(_NAMES), "custom_event_type": "other", "event_num": draw.randrange(500)}
        return {"data": {**named, **common}, "event_type": "custom_event"}
    return {"data": {**common, **_purchase(draw)}, "event_type": "commerce_event"}


def _purchase(draw: random.Random) -> dict[str, Any]:
    products = [
        {
            "id": f"sku-{draw.randrange(10_000)}",
            "name": "Rye bread",
            "category": "Bakery",
            "price": 4.5,
            "quantity": draw.randint(1, 3),
            "total_product_amount": 9.0,
        }
        for _ in range(draw.randint(1, 3))
    ]
    action = {
        "action": "purchase",
        "transaction_id": f"t-{draw.getrandbits(48):x}",
        "total_amount": 27.0,
        "tax_amount": 1.9,
        "products": products,
    }
    return {"currency_code": "EUR", "custom_event_type": "purchase", "product_action": action}


def _id(draw: random.Random) -> int:
    return draw.randrange(-_INT64, _INT64)
