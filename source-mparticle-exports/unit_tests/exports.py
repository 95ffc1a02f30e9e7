"""Lines as mParticle exports them, and as its feeds of raw data write them."""

import json
from typing import Any

from source_mparticle_exports.records.file_name import FileName, parse_file_name
from source_mparticle_exports.records.line import parse_line
from source_mparticle_exports.records.streams import STREAMS

EVENTS_FILE = parse_file_name("exports/2017-10-17/mPTravel_20171017170911644493_34523.txt")
AUDIENCE_FILE = parse_file_name("Test-Audience_1234_2020-01-01_00-00-00_721e1d63-a396-4676-bac2-3f6f31e88cc2.txt")

CUSTOM_EVENT: dict[str, Any] = {
    "event_type": "custom_event",
    "data": {
        "event_name": "Ate Bread",
        "custom_event_type": "other",
        "timestamp_unixtime_ms": 1508260151000,
        "event_start_unixtime_ms": "1508260150000",
        "event_id": -6004677780660780000,
        "source_message_id": "m-1",
        "session_id": 8471626464646464646,
        "session_uuid": "7b1f2f6c-0f0b-4f0e-9d1e-1f2b3c4d5e6f",
        "custom_attributes": {"flour": "rye"},
    },
}
PURCHASE: dict[str, Any] = {
    "event_type": "commerce_event",
    "data": {
        "timestamp_unixtime_ms": 1508260152000,
        "event_id": 12,
        "currency_code": "EUR",
        "product_action": {
            "action": "purchase",
            "transaction_id": "t-1",
            "total_amount": "12.50",
            "coupon_code": "ALL",
            "products": [
                {"id": "p-1", "name": "Rye", "price": 5, "quantity": "2", "coupon_code": "ONE"},
                {"id": 2, "price": "2.5", "quantity": 1, "custom_attributes": {"size": "s"}},
            ],
        },
        "shopping_cart": {"products": [{"id": "p-3"}]},
    },
}
IDENTITY_CHANGE: dict[str, Any] = {
    "event_type": "user_identity_change",
    "data": {
        "timestamp_unixtime_ms": 1508260153000,
        "new": {"identity_type": "email", "identity": "new@example.com", "created_this_batch": True},
        "old": {
            "identity_type": "email",
            "identity": "old@example.com",
            "timestamp_unixtime_ms": "1508000000000",
        },
    },
}
ATTRIBUTE_CHANGE: dict[str, Any] = {
    "event_type": "user_attribute_change",
    "data": {
        "timestamp_unixtime_ms": 1508260154000,
        "user_attribute_name": "tier",
        "new": ["gold", "early"],
        "old": "silver",
        "deleted": False,
        "is_new_attribute": "false",
    },
}
OUTBOUND: dict[str, Any] = {
    "batch_id": -7346244611012968789,
    "timestamp_unixtime_ms": "1595542763908",
    "mpid": 4504347763770518821,
    "environment": "production",
    "schema_version": 2,
    "user_identities": [
        {"identity_type": "customer_id", "identity": "c-1", "timestamp_unixtime_ms": 1508000000000},
        {"identity_type": "email", "identity": "new@example.com", "timestamp_unixtime_ms": "1508000000000"},
        {"identity_type": "loyalty_card", "identity": 77},
    ],
    "user_attributes": {"tier": "gold"},
    "application_info": {"application_name": "Travel", "application_version": 3, "os": "IOS"},
    "device_info": {"platform": "iOS"},
    "source_info": {"channel": "native"},
    "context": {"data_plan": {"plan_id": "plan", "plan_version": "4"}},
    "events": [CUSTOM_EVENT, PURCHASE, IDENTITY_CHANGE, ATTRIBUTE_CHANGE],
}
INBOUND: dict[str, Any] = {
    "source_request_id": "r-1",
    "environment": "development",
    "user_identities": {"customerid": "c-1", "email": "new@example.com"},
    "events": [CUSTOM_EVENT],
}
ADDED: dict[str, Any] = {
    "IsAddRequest": True,
    "IdentityValues": {"customer_id": "some_id", "mpid": "1"},
    "MembershipChangedTimestamp": 1594167374230,
}


def rows(stream: str, content: Any, file: FileName = EVENTS_FILE) -> list[dict[str, Any]]:
    """The rows that a stream makes of one line."""
    line = parse_line(json.dumps(content).encode(), file)
    return list(STREAMS[stream].rows(line)) if line is not None else []


def row(stream: str, content: Any, file: FileName = EVENTS_FILE) -> dict[str, Any]:
    """The only row that a stream makes of one line."""
    (only,) = rows(stream, content, file)
    return only
