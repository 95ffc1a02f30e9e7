"""The input of a run: rows and states, in the order in which a source sends them."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from random import Random
from typing import Any

import orjson

from reliability.plan import ACCOUNTS, BATCHES, EVENTS, GONE, NEW, RENAMED, USERS, Plan

# A row that holds this is refused by the sandbox, and by nothing before it.
REFUSED_VALUE = "refuse this"
# Accounts that exist from the start: the first for renaming, those behind them for deleting.
FIRST_ACCOUNT, SEEDED_ACCOUNTS = 1202, 40
_DAY_MS = 86_400_000
_FIELDS = {
    EVENTS: {"customer_id": "{user}", "event_name": "{name}", "timestamp": "{at}"},
    USERS: {"customer_id": "{user}"},
    NEW: {"name": "{name}"},
    RENAMED: {"id": "{id}", "name": "{name}"},
    GONE: {"id": "{id}"},
}


@dataclass(frozen=True)
class Row:
    """A record. Rows with the same stream and number are equal.

    `fate`: `accepted`, or `rejected` where the connector or mParticle has to.
    """

    stream: str
    kind: str
    number: int
    user: str
    data: dict[str, Any]
    fate: str = "accepted"

    @property
    def key(self) -> tuple[str, int]:
        """What tells it from all rows that are not equal."""
        return self.stream, self.number

    @property
    def line(self) -> bytes:
        """The message."""
        return _line({"type": "RECORD", "record": {"stream": self.stream, "data": self.data, "emitted_at": 1}})


@dataclass(frozen=True)
class Mark:
    """A state; `stream` is None where it covers all of them."""

    number: int
    stream: str | None
    kind: str

    @property
    def line(self) -> bytes:
        """The message."""
        data: dict[str, Any] = {"at": self.number}
        state: dict[str, Any] = {"type": "LEGACY", "data": data}
        if self.kind == "global":
            state = {"type": "GLOBAL", "global": {"shared_state": data, "stream_states": []}}
        elif self.stream is not None:
            state = {"type": "STREAM", "stream": {"stream_descriptor": {"name": self.stream}, "stream_state": data}}
        return _line({"type": "STATE", "id": self.number, "state": state})


Message = Row | Mark


def messages(plan: Plan) -> list[Message]:
    """Return everything that the source has to send. What is drawn depends on the seed alone, but for the time."""
    rng = Random(f"rows of {plan.seed}")
    rows = _rows(plan, rng)
    placed: list[Message] = []
    numbers = count(1)
    since: Counter[str] = Counter()
    spacing = plan.spacing if plan.states != "stream" else max(50, plan.spacing // len(plan.streams))
    for row in rows:
        placed.append(row)
        covered = row.stream if plan.states == "stream" else ""
        since[covered] += 1
        # A rejected row is often the last before a state.
        if since[covered] >= spacing or (row.fate == "rejected" and rng.random() < 0.5):
            placed.append(Mark(next(numbers), covered or None, plan.states))
            since[covered] = 0
    return _with_twins(placed, plan, rng) + [
        Mark(next(numbers), covered or None, plan.states) for covered, rows_left in since.items() if rows_left
    ]


def rest(sent: Sequence[Message], emitted: Iterable[int]) -> list[Message]:
    """Return what a source sends again, whose last emitted states these are: all that they do not cover."""
    known = set(emitted)
    covered = dict.fromkeys(_streams(sent), 0)
    for position, message in enumerate(sent):
        if isinstance(message, Mark) and message.number in known:
            covered.update(dict.fromkeys([message.stream] if message.stream else list(covered), position))
    return [
        message
        for position, message in enumerate(sent)
        if (message.number not in known if isinstance(message, Mark) else position >= covered[message.stream])
    ]


def shuffled(sent: Iterable[Message], rng: Random) -> list[Message]:
    """Return the rows in another order, as a source may send them that reads concurrently; each before its states."""
    result: list[Message] = []
    waiting: list[Message] = []
    for message in sent:
        if isinstance(message, Row):
            waiting.append(message)
        else:
            rng.shuffle(waiting)
            result += [*waiting, message]
            waiting = []
    rng.shuffle(waiting)
    return result + waiting


def mended(sent: Iterable[Message]) -> list[Message]:
    """Return the rows as they are after somebody has corrected those that were rejected."""
    return [
        replace(message, data=_data(message.kind, message.number, message.user, message.data), fate="accepted")
        if isinstance(message, Row) and message.fate == "rejected"
        else message
        for message in sent
    ]


def intervals(sent: Sequence[Message]) -> dict[int, list[Row]]:
    """Return the rows that each state confirms for the first time, by its number."""
    waiting: dict[str, list[Row]] = defaultdict(list)
    found = {}
    for message in sent:
        if isinstance(message, Row):
            waiting[message.stream].append(message)
        else:
            streams = [message.stream] if message.stream else list(waiting)
            found[message.number] = [row for stream in streams for row in waiting.pop(stream, ())]
    return found


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


def _rows(plan: Plan, rng: Random) -> list[Row]:
    started_ms = time.time_ns() // 1_000_000
    streams = list(plan.streams)
    rejected = {rng.randrange(plan.records) for _ in range(plan.bad)}
    rows = []
    for number in range(plan.records):
        stream = rng.choice(streams)
        kind = plan.streams[stream]
        user = f"u-{rng.randrange(plan.users)}"
        age = 40 * _DAY_MS if rng.random() < plan.old else 1_000_000
        shared: dict[str, Any] = {"at": started_ms - age + number, "of": stream}
        if plan.filler:
            shared["text"] = "x" * plan.filler
        data = _data(kind, number, user, shared)
        if number not in rejected:
            rows.append(Row(stream, kind, number, user, data))
        else:
            rows.append(Row(stream, kind, number, user, _spoiled(kind, data, rng), "rejected"))
    for row in _account_rows(plan):
        rows.insert(rng.randrange(len(rows)), row)
    return rows


def _account_rows(plan: Plan) -> list[Row]:
    rows = []
    for number in range(plan.accounts):
        name = f"Account {plan.seed}-{number}"
        rows.append(Row("accounts_new", NEW, number, "", {"name": name}))
        rows.append(
            Row("accounts_renamed", RENAMED, number, "", {"id": FIRST_ACCOUNT + number, "name": f"{name} renamed"})
        )
        rows.append(Row("accounts_gone", GONE, number, "", {"id": FIRST_ACCOUNT + plan.accounts + number}))
    return rows


def _data(kind: str, number: int, user: str, shared: dict[str, Any]) -> dict[str, Any]:
    if kind != BATCHES:
        own = {name: value for name, value in shared.items() if name in ("at", "text", "of")}
        return {"user": user, "name": "Bought", "n": number, **own}
    if "events" in shared:
        # To be mended: what it was made of is in it.
        shared = shared["events"][0]["data"]["custom_attributes"]
    attributes: dict[str, Any] = {"n": number, **{name: shared[name] for name in ("of", "text") if name in shared}}
    event = {"event_name": "Bought", "custom_event_type": "other", "custom_attributes": attributes}
    return {
        "user_identities": {"customer_id": user},
        "events": [{"event_type": "custom_event", "data": event}],
        "environment": "development",
    }


def _spoiled(kind: str, data: dict[str, Any], rng: Random) -> dict[str, Any]:
    """Return data that mParticle refuses, or that the connector rejects before."""
    if rng.random() < 0.5:
        if kind != BATCHES:
            return {**data, "note": REFUSED_VALUE}
        (event,) = data["events"]
        attributes = {**event["data"]["custom_attributes"], "note": REFUSED_VALUE}
        return {**data, "events": [{**event, "data": {**event["data"], "custom_attributes": attributes}}]}
    return {**data, "environment": "production"} if kind == BATCHES else {**data, "user": None}


def _with_twins(placed: list[Message], plan: Plan, rng: Random) -> list[Message]:
    """Let some events come twice: next to each other, and on both sides of a state."""
    positions = {rng.randrange(1, len(placed)) for _ in range(plan.twins)}
    result: list[Message] = []
    for position, message in enumerate(placed):
        result.append(message)
        before = placed[position - 1]
        if isinstance(message, Row) and position in positions and _may_be_doubled(message):
            result.append(message)
        elif isinstance(message, Mark) and isinstance(before, Row) and plan.twins and _may_be_doubled(before):
            result.append(before)
    return result


def _may_be_doubled(row: Row) -> bool:
    return row.kind in (EVENTS, BATCHES) and row.fate == "accepted"


def _streams(sent: Iterable[Message]) -> set[str]:
    return {message.stream for message in sent if isinstance(message, Row)}


def _line(message: dict[str, Any]) -> bytes:
    return orjson.dumps(message) + b"\n"
