"""What the seeded data plans expect of events: the ones that the calculated attributes are computed from."""

from typing import Any

_TEXT = {"type": "string"}
_AMOUNT = {"type": "number", "minimum": 0}
_PRODUCT = {"id": _TEXT, "name": _TEXT, "category": _TEXT, "brand": _TEXT, "price": _AMOUNT}


def plan_document(points: int) -> dict[str, Any]:
    """Return a version document of the first `points` data points, at most `MOST_POINTS`."""
    return {"data_points": list(_POINTS[:points])}


def _point(description: str, kind: str, criteria: dict[str, str], definition: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": description,
        "match": {"type": kind, "criteria": criteria},
        "validator": {"type": "json_schema", "definition": definition},
    }


def _object(properties: dict[str, Any], required: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _event(attributes: dict[str, Any], required: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the schema of an event with these custom attributes."""
    return {
        "type": "object",
        "properties": {"data": {"properties": {"custom_attributes": _object(attributes, required)}}},
    }


def _products(action: str) -> dict[str, Any]:
    products = {"type": "array", "items": _object(_PRODUCT, ("id",))}
    return {"type": "object", "properties": {"data": {"properties": {action: {"properties": {"products": products}}}}}}


_POINTS = (
    _point("An order was placed", "product_action", {"action": "purchase"}, _products("product_action")),
    _point("A trip was looked for", "custom_event", {"event_name": "Trip Searched", "custom_event_type": "search"},
           _event({"from": _TEXT, "to": _TEXT, "travellers": {"type": "integer", "minimum": 1}}, ("to",))),
    _point("The first screen was seen", "screen_view", {"screen_name": "Home"}, _event({"channel": _TEXT})),
    _point("What is known of a person", "user_attributes", {},
           _object({"$firstname": _TEXT, "$city": _TEXT, "loyalty_tier": {"enum": ["bronze", "silver", "gold"]},
                    "favourite_brands": {"type": "array", "items": _TEXT}})),
    _point("How a person is recognized", "user_identities", {}, _object({"customer_id": _TEXT, "email": _TEXT})),
    _point("A product was looked at", "product_action", {"action": "view_detail"}, _products("product_action")),
    _point("A promotion was opened", "promotion_action", {"action": "click"}, _event({"channel": _TEXT})),
    _point("Products were shown", "product_impression", {}, _products("product_impressions")),
)  # fmt: skip
MOST_POINTS = len(_POINTS)
