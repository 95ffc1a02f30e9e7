"""Helper: batches made from mParticle's published schema, whole ones and ones with a single change."""

import copy
from collections.abc import Iterator
from typing import Any, NamedTuple

UUID = "0d3c8f0e-1db7-4b53-8e7f-7a4c1c0f7c21"
BY_FORMAT = {"ipv4": "203.0.113.9", "ipv6": "2001:db8::1"}
BY_TYPE: dict[str, Any] = {"integer": 7, "number": 1.5, "boolean": True, "string": "text"}
VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 1.0, 2.5, 2**62, 2**63, 2**64, "", "text", UUID, UUID[:-1], "203.0.113.9", "256.0.0.1",
    "fe80::1%eth0", "::1", "attribution", "unknown", "purchase", "production", "customer_id", [], ["a"], [None], [{}],
    [["a"]], {}, {"k": "v"}, {"k": None}, {"k": ["a"]}, {"k": {}}, {"k": {"deep": 1}}, {"k": {"deep": {}}},
)  # fmt: skip

Place = tuple[str | int, ...]


class Change(NamedTuple):
    """A batch in which `new` stands at `place` for `old`; Ellipsis where nothing stands or stood."""

    content: dict[str, Any]
    place: Place
    old: Any
    new: Any


VARIANTS = frozenset({"product_action", "promotion_action", "product_impressions"})


def whole_batches(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One batch with every field of a batch, one with what events share, and one for every kind of event."""
    yield {**_example(schema, schema), "events": []}
    shared = _example(schema, schema["definitions"]["EventData"])
    yield {"events": [{"event_type": "session_start", "data": shared}]}
    for event in schema["properties"]["events"]["items"]["oneOf"]:
        content = _example(schema, event)
        own = {name: value for name, value in content["data"].items() if name not in shared}
        for data in _of_each_variant(own) if content["event_type"] == "commerce_event" else [own]:
            yield {"events": [{**content, "data": data}]}


def _of_each_variant(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for variant in VARIANTS:
        yield {name: value for name, value in data.items() if name == variant or name not in VARIANTS}


def changes(batch: dict[str, Any]) -> Iterator[Change]:
    """The batch with one thing changed, in every way."""
    for place in _places(batch):
        for value in (*VALUES, ...):
            content = copy.deepcopy(batch)
            owner = _at(content, place[:-1])
            old = owner[place[-1]]
            if value is not ...:
                owner[place[-1]] = value
            else:
                del owner[place[-1]]
            yield Change(content, place, old, value)
    for place in ((), *_places(batch)):
        content = copy.deepcopy(batch)
        owner = _at(content, place)
        if isinstance(owner, dict):
            owner["unheard_of"] = 1
            yield Change(content, (*place, "unheard_of"), ..., 1)


def _places(node: Any, before: Place = ()) -> Iterator[Place]:
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in inner:
        yield (*before, key)
        yield from _places(value, (*before, key))


def _at(node: Any, place: Place) -> Any:
    for step in place:
        node = node[step]
    return node


def _example(schema: dict[str, Any], part: dict[str, Any]) -> Any:
    if "$ref" in part:
        return _example(schema, schema["definitions"][part["$ref"].rpartition("/")[2]])
    if "allOf" in part:
        return {name: value for each in part["allOf"] for name, value in _example(schema, each).items()}
    for several in ("oneOf", "anyOf"):
        if several in part and "properties" not in part:
            return _example(schema, part[several][0])
    return part["enum"][0] if "enum" in part else _of_type(schema, part)


def _of_type(schema: dict[str, Any], part: dict[str, Any]) -> Any:
    types = part.get("type", "object")
    kind = types if isinstance(types, str) else types[0]
    if "pattern" in part or "format" in part:
        return UUID if "pattern" in part else BY_FORMAT[part["format"]]
    if kind == "array":
        return [] if "oneOf" in part["items"] else [_example(schema, part["items"])]
    if kind == "object":
        known = {name: _example(schema, each) for name, each in part.get("properties", {}).items()}
        others = part.get("additionalProperties")
        return known | ({"a": _example(schema, others)} if isinstance(others, dict) else {})
    return BY_TYPE[kind]
