"""Changes to a response at a place and of a kind that a seed chooses: values, names, single bytes."""

import json
import random
from collections.abc import Iterator
from typing import Any

from integration_tests.matrix.reply import INNER_LISTS, Reply

Path = tuple[str | int, ...]
_MARK = "@mutation@"
# In JSON, because some of them are no values of Python.
LITERALS = (
    *("null", "true", "false", "0", "-1", "7", "1.5", "-0.0", "1e308", "1e400", "NaN", "Infinity", "-Infinity"),
    *("9223372036854775808", "-9223372036854775809", "1180591620717411303425", "9" * 400, "9" * 5000, "1e-400"),
    *("[]", "{}", "[null]", "[[]]", "[{}]", "[1]", '{"data": []}', '{"": null}', '{"id": 1, "id": 2}'),
    *('""', '" "', '"1"', '"null"', '"NaN"', '"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\udc00\\ud800"'),
    *('"\\u2028\\u0085"', '"\\ud83d\\ude00"', '"\\u202e"', '"\\r\\nX-Header: 1"', '"../../../v1/users"', '"a/b?c=d#e"'),
    *('"%2e%2e%2f%00"', '"{{ config }}"', '"{{ 1/0 }}"', '"{% raw %}"', '"__class__"', '"\\ufeff"', '"\\uffff"'),
    *('"0000-00-00T00:00:00Z"', '"0001-01-01T00:00:00Z"', '"9999-12-31T23:59:59.999999999Z"', '"-2024-01-01T00:00:00"'),
    *('"2999-01-01T00:00:00+14:00"', '"2024-02-30T00:00:00"', "-62135596800", "253402300800", "1e18"),
    *("[" * 500 + "]" * 500, "[" * 2000 + "]" * 2000, '{"a":' * 2000 + "1" + "}" * 2000),
)
# So large that few of the seeds take one.
_LARGE = (
    '"' + "x" * 10_000_000 + '"',
    "{" + ",".join(f'"column {number}": {number}' for number in range(10_000)) + "}",
    "[" + ",".join(["0"] * 100_000) + "]",
)
_LARGE_SHARE = 0.02
_NAMES = ("", " ", "\0", "id ", "ID", "Id", "data", "errors", "next", "__class__", "\u00e9\u4e16", "a.b", "x" * 10_000)
_BYTES_SHARE = 0.15


def mutated(reply: Reply, seed: int) -> Reply:
    """The response after one change. No item of a list leaves it, unless the whole list becomes something else."""
    chance = random.Random(seed)
    if chance.random() < _BYTES_SHARE:
        return reply.with_body(_other_bytes(reply.body, chance))
    content = json.loads(reply.body)
    places: dict[int, list[Path]] = {}
    for path in _paths(content, ()):
        places.setdefault(len(path), []).append(path)
    # A level first: there is one body and there are many fields.
    path = chance.choice(places[chance.choice(list(places))])
    return reply.with_body(_change(content, path, chance))


def _paths(value: Any, path: Path) -> Iterator[Path]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in inner:
        yield from _paths(each, (*path, name))


def _change(content: Any, path: Path, chance: random.Random) -> bytes:
    literal = _literal(path, chance)
    if not path:
        return literal.encode()
    holder = content
    for name in path[:-1]:
        holder = holder[name]
    kind = chance.choice(["value", "value", "value", "rename", "add", "twice"])
    if kind == "value" or not isinstance(holder, dict):
        holder[path[-1]] = _MARK
    elif kind == "rename":
        holder[chance.choice(_NAMES)] = holder.pop(path[-1])
    elif kind == "add":
        holder[chance.choice(_NAMES)] = _MARK
    else:
        return json.dumps(content).replace(f'"{path[-1]}":', f'"{path[-1]}": {literal}, "{path[-1]}":', 1).encode()
    return json.dumps(content).replace(f'"{_MARK}"', literal, 1).encode()


def _literal(path: Path, chance: random.Random) -> str:
    if chance.random() < _LARGE_SHARE:
        return chance.choice(_LARGE)
    literal = chance.choice(LITERALS)
    # A list without items is one that has none.
    is_list = not path or path[-1] in ("data", *INNER_LISTS)
    return "[null]" if is_list and literal in ("[]", '{"data": []}') else literal


def _other_bytes(body: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(body))
    kind = chance.choice(["cut", "other", "more"])
    if kind == "cut":
        return body.rstrip()[: min(at, len(body.rstrip()) - 1)]
    return body[:at] + bytes([chance.randrange(256)]) + body[at + (kind == "other") :]
