"""Helper: batches with a single thing changed, in every way."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from mparticle_sandbox.published_schema import UUID

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


def changes(batch: dict[str, Any]) -> Iterator[Change]:
    """The batch, which is of JSON's own types, with one thing changed, in every way."""
    text = json.dumps(batch)
    for place in _places(batch):
        for value in (*VALUES, ...):
            content = json.loads(text)
            owner = _at(content, place[:-1])
            old = owner[place[-1]]
            if value is not ...:
                owner[place[-1]] = value
            else:
                del owner[place[-1]]
            yield Change(content, place, old, value)
    for place in ((), *_places(batch)):
        content = json.loads(text)
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
