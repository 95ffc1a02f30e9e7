"""The input of a run: rows and states, in the order in which a source sends them."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from random import Random
from typing import Any

from reliability.plan import BATCHES, EVENTS, GONE, NEW, RENAMED, USERS, Plan
from reliability.rows import EXACT, Row, data_of, draw_odd, line_of, spoiled

# Accounts that exist from the start: the first for renaming, those behind them for deleting.
FIRST_ACCOUNT, SEEDED_ACCOUNTS = 1202, 40
_DAY_MS = 86_400_000
# Rows with an odd value: one of so many. And upserts that return to what was there before, at most.
_ODD_EVERY = 200
_MOST_RETURNS = 60


@dataclass(frozen=True)
class Mark:
    """A state; `stream` is None where it covers all of them."""

    number: int
    stream: str | None
    kind: str

    @property
    def message(self) -> dict[str, Any]:
        """What it says. Whatever a source puts into a state has to come back as it was."""
        data: dict[str, Any] = {"at": self.number, "cursor": {"place": [f"page {self.number}", None], "exact": EXACT}}
        state: dict[str, Any] = {"type": "LEGACY", "data": data}
        if self.kind == "global":
            state = {"type": "GLOBAL", "global": {"shared_state": data, "stream_states": []}}
        elif self.stream is not None:
            state = {"type": "STREAM", "stream": {"stream_descriptor": {"name": self.stream}, "stream_state": data}}
        return {"type": "STATE", "id": self.number, "state": state}

    @property
    def line(self) -> bytes:
        """The message."""
        return line_of(self.message)


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
    every = _with_returns(_with_twins(placed, plan, rng), Random(f"returns of {plan.seed}"))
    if plan.ends_with_states:
        every += [
            Mark(next(numbers), covered or None, plan.states) for covered, rows_left in since.items() if rows_left
        ]
    return every


def text_of(sent: Sequence[Message], plan: Plan) -> bytes:
    """Return what is on stdin. Not every source ends its last line."""
    text = b"".join([message.line for message in sent])
    return text if plan.ends_with_newline else text.removesuffix(b"\n")


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
        replace(
            message,
            data=data_of(message.kind, message.number, message.user, message.data, message.odd),
            fate="accepted",
        )
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


def _rows(plan: Plan, rng: Random) -> list[Row]:
    started_ms = time.time_ns() // 1_000_000
    odds = Random(f"odd rows of {plan.seed}")
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
        odd = draw_odd(kind, odds) if odds.random() * _ODD_EVERY < 1 else None
        row = Row(stream, kind, number, user, data_of(kind, number, user, shared, odd), odd=odd)
        if number in rejected:
            row = replace(row, data=spoiled(kind, row.data, rng), fate="rejected")
        rows.append(row)
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


def _with_returns(placed: list[Message], rng: Random) -> list[Message]:
    """Let some users end as they were before their last change: gold, silver, gold.

    Such an upsert is equal to an earlier one, and must arrive all the same.
    """
    last: dict[tuple[str, str], list[tuple[int, Row]]] = defaultdict(list)
    for position, message in enumerate(placed):
        if isinstance(message, Row) and message.kind == USERS and message.fate == "accepted":
            changes = last[message.stream, message.user]
            changes[:] = [*changes[-1:], (position, message)]
    changed = [changes for changes in last.values() if len(changes) > 1]
    inserted: dict[int, list[Row]] = defaultdict(list)
    for (_, earlier), (position, _) in rng.sample(changed, min(len(changed), _MOST_RETURNS)):
        inserted[min(position + rng.choice((0, 5, 100)), len(placed) - 1)].append(earlier)
    return [each for position, message in enumerate(placed) for each in (message, *inserted[position])]


def _may_be_doubled(row: Row) -> bool:
    return row.kind in (EVENTS, BATCHES) and row.fate == "accepted"


def _streams(sent: Iterable[Message]) -> set[str]:
    return {message.stream for message in sent if isinstance(message, Row)}
