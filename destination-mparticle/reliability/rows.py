"""A row: what a source sends, and what mParticle has of it once it has arrived."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any, Final, NamedTuple

import orjson

from reliability.plan import ACCOUNTS, BATCHES, EVENTS, GONE, NEW, RENAMED, USERS, Plan

# A row that holds this is refused by the sandbox, and by nothing before it.
REFUSED_VALUE: Final = "refuse this"
EXACT: Final = Decimal("1.10000000000000000010")
"""A number that no float holds. What is stored or passed on has to keep its digits."""

_NAME: Final = "Bought"
_FIELDS: Final = {
    EVENTS: {"customer_id": "{user}", "event_name": "{name}", "timestamp": "{at}"},
    USERS: {"customer_id": "{user}"},
    NEW: {"name": "{name}"},
    RENAMED: {"id": "{id}", "name": "{name}"},
    GONE: {"id": "{id}"},
}


class _Odd(NamedTuple):
    """A value, and what it becomes as an attribute of an event and of a user."""

    value: Any
    of_event: Any
    of_user: Any


_LONG: Final = "ä" * 5_000
_NESTED: Final = {"b": [1, 2.5], "a": None}
_NESTED_TEXT: Final = '{"a":null,"b":[1,2.5]}'
_ABSENT: Final = object()
# Ready batches have only those that stay what they are, and the long one.
_PLAIN: Final = tuple(_Odd(value, value, value) for value in (" two  words ", True, -0.125, 2**53 + 1))
_OF_BATCHES: Final = (*_PLAIN, _Odd(_LONG, _LONG[:4096], _LONG[:4096]))
_ODD: Final = (
    *_OF_BATCHES,
    _Odd(_NESTED, _NESTED_TEXT, _NESTED_TEXT),
    _Odd([1, "two"], '[1,"two"]', [1, "two"]),
    _Odd(None, _ABSENT, _ABSENT),
)


@dataclass(frozen=True)
class Row:
    """A record. Rows with the same stream and number are equal.

    `fate`: `accepted`, or `rejected` where the connector or mParticle has to. `odd` says which odd value it has.
    """

    stream: str
    kind: str
    number: int
    user: str
    data: dict[str, Any]
    fate: str = "accepted"
    odd: int | None = None

    @property
    def key(self) -> tuple[str, int]:
        """What tells it from all rows that are not equal."""
        return self.stream, self.number

    @property
    def line(self) -> bytes:
        """The message."""
        return line_of({"type": "RECORD", "record": {"stream": self.stream, "data": self.data, "emitted_at": 1}})

    @property
    def arrived(self) -> dict[str, Any]:
        """What mParticle has of it: a batch of this row alone, without ids."""
        batch: dict[str, Any] = {"environment": "development", "user_identities": {"customer_id": self.user}}
        if self.kind == BATCHES:
            (event,) = self.data["events"]
            attributes = self._mapped(event["data"]["custom_attributes"], ())
            return {**batch, "events": [{**event, "data": {**event["data"], "custom_attributes": attributes}}]}
        if self.kind == USERS:
            return {**batch, "user_attributes": self._mapped(self.data, ("user",)), "events": []}
        event = {
            "event_name": self.data["name"],
            "custom_event_type": "other",
            "timestamp_unixtime_ms": self.data["at"],
            "custom_attributes": self._mapped(self.data, ("user", "name", "at")),
        }
        return {**batch, "events": [{"event_type": "custom_event", "data": event}]}

    def _mapped(self, columns: Mapping[str, Any], without: tuple[str, ...]) -> dict[str, Any]:
        found = {name: value for name, value in columns.items() if name not in without}
        if self.odd is not None:
            odd = _odd_values(self.kind)[self.odd]
            found["odd"] = odd.of_user if self.kind == USERS else odd.of_event
            if found["odd"] is _ABSENT:
                del found["odd"]
        return found


def exact_json(value: Any) -> bytes:
    """Return JSON that is the same for equal values: types count, and so does every digit of a `Decimal`."""
    return orjson.dumps(value, default=_digits, option=orjson.OPT_SORT_KEYS)


def line_of(message: dict[str, Any]) -> bytes:
    """Return a message as a source writes it."""
    return orjson.dumps(message, default=_digits) + b"\n"


def draw_odd(kind: str, rng: Random) -> int:
    """Draw an odd value for a row of this kind."""
    return rng.randrange(len(_odd_values(kind)))


def data_of(kind: str, number: int, user: str, shared: Mapping[str, Any], odd: int | None = None) -> dict[str, Any]:
    """Return the data of a good row. `shared` may be the data of a row that has to be mended."""
    if "events" in shared:
        shared = shared["events"][0]["data"]["custom_attributes"]
    own = {name: shared[name] for name in ("at", "of", "text") if name in shared}
    if odd is not None:
        own["odd"] = _odd_values(kind)[odd].value
    if kind != BATCHES:
        # Blanks around an identity are no part of it.
        return {"user": user if odd is None else f" {user} ", "name": _NAME, "n": number, **own}
    own.pop("at", None)
    event = {"event_name": _NAME, "custom_event_type": "other", "custom_attributes": {"n": number, **own}}
    return {
        "user_identities": {"customer_id": user},
        "events": [{"event_type": "custom_event", "data": event}],
        "environment": "development",
    }


def spoiled(kind: str, data: dict[str, Any], rng: Random) -> dict[str, Any]:
    """Return data that mParticle refuses, or that the connector rejects before."""
    if rng.random() < 0.5:
        if kind != BATCHES:
            return {**data, "note": REFUSED_VALUE, "exact": EXACT}
        (event,) = data["events"]
        attributes = {**event["data"]["custom_attributes"], "note": REFUSED_VALUE, "exact": EXACT}
        return {**data, "events": [{**event, "data": {**event["data"], "custom_attributes": attributes}}]}
    return {**data, "environment": "production"} if kind == BATCHES else {**data, "user": None, "exact": EXACT}


def mappings(plan: Plan) -> list[dict[str, Any]]:
    """Return the option `streams`. Ready batches have no mapping."""
    found = []
    for stream, kind in {**plan.streams, **(ACCOUNTS if plan.accounts else {})}.items():
        if kind == BATCHES:
            continue
        fields = [{"field": field, "value": template} for field, template in _FIELDS[kind].items()]
        if stream in ACCOUNTS:
            found.append({"stream": stream, "object": "account", "operation": kind, "fields": fields})
        else:
            found.append({"stream": stream, "object": kind, "fields": fields, "unmapped": "attributes"})
    return found


def _odd_values(kind: str) -> tuple[_Odd, ...]:
    return _OF_BATCHES if kind == BATCHES else _ODD


def _digits(value: Any) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(str(value).encode())
    raise TypeError(f"{type(value).__name__} is no value of a row")
