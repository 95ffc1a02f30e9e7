"""Batches of our own with every field that the published schema describes."""

from collections.abc import Iterator
from typing import Any

UUID = "0d3c8f0e-1db7-4b53-8e7f-7a4c1c0f7c21"
BY_FORMAT = {"ipv4": "203.0.113.9", "ipv6": "2001:db8::1"}
BY_TYPE: dict[str, Any] = {"integer": 7, "number": 1.5, "boolean": True, "string": "text"}
# Which type an example has where several may stand.
PREFERENCE = ("object", "string", "array", "integer", "number", "boolean")
# Of these a commerce event has exactly one.
VARIANTS = frozenset({"product_action", "promotion_action", "product_impressions"})


def whole_batches(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One batch with every field of a batch, one with what all events share, and one for every kind of event.

    `schema` is a JSON Schema as `published_schema` makes it.
    """
    events = [_example(event) for event in schema["properties"]["events"]["items"]["oneOf"]]
    shared = set.intersection(*(set(event["data"]) for event in events))
    yield {**_example(schema), "events": []}
    yield {"events": [{"event_type": "session_start", "data": _only(events[0]["data"], shared)}]}
    for event in events:
        own = _only(event["data"], event["data"].keys() - shared)
        for data in _of_each_variant(own) if event["event_type"] == "commerce_event" else [own]:
            yield {"events": [{**event, "data": data}]}


def whole_sample(schema: dict[str, Any]) -> dict[str, Any]:
    """One batch with every field of a batch, and one event of every kind with every field."""
    batch, shared, *others = whole_batches(schema)
    (common,) = shared["events"]
    events = [{**event, "data": {**common["data"], **event["data"]}} for other in others for event in other["events"]]
    return {**batch, "events": events}


def _of_each_variant(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for variant in sorted(VARIANTS):
        yield {name: value for name, value in data.items() if name == variant or name not in VARIANTS}


def _only(data: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name in names}


def _example(part: dict[str, Any]) -> Any:
    if "oneOf" in part:
        return _example(part["oneOf"][0])
    if "enum" in part:
        return part["enum"][0]
    if "pattern" in part or "format" in part:
        return UUID if "pattern" in part else BY_FORMAT[part["format"]]
    return _of_type(part)


def _of_type(part: dict[str, Any]) -> Any:
    types = part.get("type", "object")
    kind = next(kind for kind in PREFERENCE if kind in ([types] if isinstance(types, str) else types))
    if kind == "array":
        return [] if "oneOf" in part["items"] else [_example(part["items"])]
    if kind == "object":
        known = {name: _example(each) for name, each in part.get("properties", {}).items()}
        others = part.get("additionalProperties")
        return known | ({"a": _example(others)} if isinstance(others, dict) else {})
    return BY_TYPE[kind]
