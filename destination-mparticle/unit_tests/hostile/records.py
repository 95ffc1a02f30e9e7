"""Records that are odd but whole: each must be accepted or rejected with a reason, and none may end a sync.

A record is a row of the members below, some of which an oddity replaces. Members are pairs of JSON texts, so that they
can hold what no serializer would write.
"""

import json
import random
from collections.abc import Callable, Iterator
from typing import Final

Members = list[tuple[str, str]]
NESTING: Final = 2_000
MANY_COLUMNS: Final = 10_000
LARGE: Final = 10_000_000
"""Characters of a large value."""

_OF_EVERY_TYPE: Final = {
    "null": "null",
    "false": "false",
    "zero": "0",
    "a negative number": "-1",
    "a fraction": "1.5",
    "empty text": '""',
    "a list": "[]",
    "an object": "{}",
    "a list of objects": '[{"a":1}]',
    "an object of lists": '{"a":[1,{"b":null}]}',
}
_ODD_VALUES: Final = {
    "blanks": '"  \\t "',
    "characters without width": r'"\u200b\ufeff\u2060"',
    "NUL": r'"\u0000"',
    "a raw NUL": '"\x00"',
    "half a surrogate pair": r'"\ud800"',
    "a pair in the wrong order": r'"\udc00\ud800"',
    "bytes that are not UTF-8": '"\udcff\udcfe"',
    "text from right to left": '"\u202etxet"',
    "no number": "NaN",
    "infinity": "Infinity",
    "minus infinity": "-Infinity",
    "a number beyond floats": "1e400",
    "a number close to zero": "1e-400",
    "an integer of 30 digits": "9" * 30,
    "an integer of 10,000 digits": "9" * 10_000,
    "minus zero": "-0.0",
    "nested lists": "[" * NESTING + "]" * NESTING,
    "nested objects": '{"a":' * NESTING + "1" + "}" * NESTING,
    "nested lists as text": '"' + "[" * NESTING + "]" * NESTING + '"',
    "a negative timestamp": "-62135596800000",
    "a timestamp of the year 9999": "253402300799000",
    "a timestamp of the year 10000": '"10000-01-01T00:00:00Z"',
    "a timestamp in nanoseconds": "1714557600000000000",
    "a timestamp of 30 February": '"2024-02-30T00:00:00Z"',
    "a timestamp beyond floats": "1e300",
    "text of 5,000 characters": '"' + "é" * 5_000 + '"',
}
_ODD_NAMES: Final = {
    "empty": "",
    "blanks": "   ",
    "NUL": "\x00",
    "quotes and braces": 'a"{b}\\',
    "dots": "user_attributes..x.",
    "300 characters": "n" * 300,
    "no ASCII": "größe\u0301ß名前😀",
    "of a prototype": "__proto__",
    "of a field in capitals": "CUSTOMER_ID",
    "of Airbyte in capitals": "_AIRBYTE_RAW_ID",
    "reserved by mParticle": "$city",
    **{
        f"of mParticle's {name}": name
        for name in ("mpid", "events", "user_attributes", "custom_attributes", "batch_id")
    },
    **{f"of an event's {name}": name for name in ("source_message_id", "event_type", "data", "timestamp_unixtime_ms")},
}


def _pairs(*values: tuple[str, str]) -> Members:
    return [(json.dumps(name), value) for name, value in values]


def _columns(rng: random.Random) -> Members:
    return _pairs(*((f"c{rng.randrange(10**9)}_{n}", str(n)) for n in range(MANY_COLUMNS)))


ODDITIES: Final[dict[str, Callable[[random.Random], Members]]] = {
    **{
        f"{column} is {kind}": lambda _rng, column=column, value=value: _pairs((column, value))  # type: ignore[misc]
        for column in ("customer", "name", "at", "extra")
        for kind, value in {**_OF_EVERY_TYPE, **_ODD_VALUES}.items()
    },
    **{
        f"a column has a name: {kind}": lambda _rng, name=name: _pairs((name, '"v"'))  # type: ignore[misc]
        for kind, name in _ODD_NAMES.items()
    },
    "a name is half a surrogate pair": lambda _rng: [(r'"\ud800"', "1")],
    "a name is bytes that are not UTF-8": lambda _rng: [('"\udcff"', "1")],
    "one name twice": lambda _rng: _pairs(("extra", "1"), ("extra", "2")),
    "the identity twice": lambda _rng: _pairs(("customer", '"c-1"'), ("customer", '"c-2"')),
    "the identity in two cases": lambda _rng: _pairs(("customer", '"c-1"'), ("CUSTOMER", '"c-2"')),
    "names that are equal without case and blanks": lambda _rng: _pairs(
        ("a", "1"), ("A", "2"), (" a ", "3"), ("\uff41", "4")
    ),
    "names that are equal once truncated": lambda _rng: _pairs(("n" * 256 + "1", "1"), ("n" * 256 + "2", "2")),
    "10,000 columns": _columns,
    "no columns": lambda _rng: _pairs(*((name, "null") for name in ("customer", "name", "at", "n"))),
    "a long identity": lambda rng: _pairs(("customer", f'"{rng.randrange(10**9):05000}"')),
    "another user's identity with blanks": lambda rng: _pairs(("customer", f'" c-{rng.randrange(9)} "')),
    "a list of 2,000 entries": lambda _rng: _pairs(("extra", json.dumps(list(range(2_000))))),
}
LARGE_ODDITIES: Final[dict[str, Callable[[random.Random], Members]]] = {
    "a text of 10 MB": lambda _rng: _pairs(("extra", '"' + "x" * LARGE + '"')),
    "an identity of 10 MB": lambda _rng: _pairs(("customer", '"' + "x" * LARGE + '"')),
    "a name of 10 MB": lambda _rng: _pairs(("x" * LARGE, "1")),
    "a list of 10 MB": lambda _rng: _pairs(("extra", "[" + "1," * (LARGE // 2) + "1]")),
    "a text of 10 MB that JSON has no room for": lambda _rng: _pairs(("extra", r'"\ud800' + "x" * LARGE + '"')),
}


def row(oddity: str, rng: random.Random, now: int, n: int) -> bytes:
    """The JSON text of a record's data, with a customer of nine, so that many rows are of one user."""
    odd = {**ODDITIES, **LARGE_ODDITIES}[oddity](rng)
    replaced = {name for name, _ in odd}
    plain = _pairs(("customer", f'"c-{n % 9}"'), ("name", '"Bought"'), ("at", str(now)), ("n", str(n)))
    members = [*(member for member in plain if member[0] not in replaced), *odd]
    text = "{" + ",".join(f"{name}:{value}" for name, value in members) + "}"
    return text.encode("utf-8", "surrogateescape")


def record_line(data: bytes, stream: str = "events") -> bytes:
    """A RECORD message as a line of input."""
    return b'{"type":"RECORD","record":{"stream":"%s","emitted_at":1,"data":%s}}\n' % (stream.encode(), data)


def distinct_names(names: int, in_each: int, now: int) -> Iterator[bytes]:
    """Rows whose attributes all have names of their own; one name in each hundred holds a list that is too long."""
    for first in range(0, names, in_each):
        values = (
            (f"name {number}", '["' + "x" * 5_000 + '"]' if number % 100 == 0 else "1")
            for number in range(first, first + in_each)
        )
        members = _pairs(("customer", f'"c-{first % 9}"'), ("name", '"Bought"'), ("at", str(now)), *values)
        yield record_line(("{" + ",".join(f"{name}:{value}" for name, value in members) + "}").encode())
