"""Whether a run kept every promise. Pure: it sees what was sent, what was printed, and what the sandbox has."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from reliability.contents import changed_copies, changed_rejects, wrong_profiles
from reliability.inputs import FIRST_ACCOUNT, Mark, Message, intervals
from reliability.plan import ACCOUNTS, NEW, USERS
from reliability.rows import Row, exact_json
from reliability.stored import Copy, Stored

Key = tuple[str, int]


class Finding(NamedTuple):
    """What went wrong: one word for it, and a sentence."""

    kind: str
    text: str


@dataclass(frozen=True)
class Receipt:
    """A state that was printed. `message` is all of it but its counts, as `exact_json`."""

    number: int
    accepted: float
    rejected: float
    message: bytes


class Reject(NamedTuple):
    """A row in the store of rejected records. `data` is what the store has of it, as `exact_json`."""

    key: Key
    data: bytes


@dataclass(frozen=True)
class Glance:
    """What the sandbox had at the moment when so many states had come."""

    states: int
    stored: Stored


@dataclass
class Sync:
    """One sync. `error` is the message with which it failed; `rejects` are the rows in its store.

    `stored_at` says, for states that confirm rejected rows, which the store had when they came. `faults` are the kinds
    of faults that it met.
    """

    sent: Sequence[Message]
    states: list[Receipt] = field(default_factory=list)
    error: str | None = None
    rejects: list[Reject] = field(default_factory=list)
    stored_at: dict[int, set[Key]] = field(default_factory=dict)
    glance: Glance | None = None
    faults: set[str] = field(default_factory=set)

    @property
    def rows(self) -> list[Row]:
        """The rows of its input."""
        return [message for message in self.sent if isinstance(message, Row)]

    @property
    def covered(self) -> list[Row]:
        """The rows that need no sync any more: those that its states confirm, or all after a success."""
        return self.rows if self.error is None else self.confirmed(len(self.states))

    def confirmed(self, states: int) -> list[Row]:
        """Return the rows that its first states confirm."""
        confirmed = intervals(self.sent)
        return [row for receipt in self.states[:states] for row in confirmed.get(receipt.number, ())]


def findings(syncs: Sequence[Sync], stored: Stored, *, was_shuffled: bool = False) -> list[Finding]:
    """Judge the syncs of one run, of which each but the first sent what those before it left unconfirmed.

    Where that `was_shuffled`, the order in which it arrived says nothing.
    """
    found: list[Finding] = []
    if syncs[-1].error is not None:
        found.append(Finding("not finished", f"the last of {len(syncs)} syncs failed: {syncs[-1].error}"))
    if stored.dropped:
        found.append(Finding("lost", f"{stored.dropped} batches were dropped in silence"))
    for number, sync in enumerate(syncs):
        repeated = {row.key for earlier in syncs[:number] for row in earlier.rows}
        found += _of_states(sync, repeated)
        found += _of_coverage(sync, stored)
        found += _of_glance(sync)
        found += _of_store(sync)
    found += _of_copies(syncs, stored.copies)
    if not was_shuffled:
        found += _of_order(syncs, stored.copies)
        found += _of_profiles(syncs, stored.copies)
    found += _of_accounts(syncs, stored.accounts)
    return found


def _of_states(sync: Sync, repeated: set[Key]) -> Iterator[Finding]:
    """States come in their order, each once, none left out, with the counts of what they confirm."""
    marks = {message.number: message for message in sync.sent if isinstance(message, Mark)}
    expected = list(marks)
    printed = [receipt.number for receipt in sync.states]
    if printed != expected[: len(printed)]:
        yield Finding("state order", f"states {_difference(printed, expected)} did not come in the order of the input")
        return
    if sync.error is None and len(printed) < len(expected):
        yield Finding("state missing", f"{len(expected) - len(printed)} states did not come in a sync that succeeded")
    confirmed = intervals(sync.sent)
    for receipt in sync.states:
        if receipt.message != exact_json(marks[receipt.number].message):
            yield Finding("state content", f"state {receipt.number} does not say what was sent")
        rows = confirmed[receipt.number]
        rejected = sum(row.fate == "rejected" for row in rows)
        # An account that an earlier sync may have created cannot be created again.
        repeats = sum(row.kind == NEW and row.key in repeated for row in rows)
        is_right = receipt.accepted + receipt.rejected == len(rows)
        if not is_right or not rejected <= receipt.rejected <= rejected + repeats:
            yield Finding(
                "state count",
                f"state {receipt.number} counts {receipt.accepted:.0f} accepted and {receipt.rejected:.0f} rejected, "
                f"but confirms {len(rows)} rows of which {rejected} are to be rejected",
            )


def _of_coverage(sync: Sync, stored: Stored) -> Iterator[Finding]:
    """What a sync confirmed had arrived, or was rejected and stored as such."""
    arrived = {copy.key for copy in stored.copies}
    rejects = Counter(reject.key for reject in sync.rejects)
    covered = {row.key: row for row in sync.covered if row.stream not in ACCOUNTS}
    for key, row in covered.items():
        if row.fate == "accepted" and key not in arrived:
            yield Finding("lost", f"{_name(key)} was confirmed and did not arrive")
        elif row.fate == "rejected" and rejects[key] == 0:
            yield Finding("unreported", f"{_name(key)} was confirmed, and is not among the rejected records")
        elif row.fate == "rejected" and key in arrived:
            yield Finding("doubled", f"{_name(key)} was rejected and arrived all the same")
    # Equal rows share a batch, and where that is refused, each of them is rejected.
    given = Counter(row.key for row in sync.rows)
    for key, times in rejects.items():
        if times > given[key]:
            yield Finding("doubled", f"{_name(key)} is among the rejected records {times} times")


def _of_glance(sync: Sync) -> Iterator[Finding]:
    """What was confirmed at some moment had arrived by then."""
    if sync.glance is not None:
        arrived = {copy.key for copy in sync.glance.stored.copies}
        for row in sync.confirmed(sync.glance.states):
            if row.fate == "accepted" and row.stream not in ACCOUNTS and row.key not in arrived:
                yield Finding("state early", f"{_name(row.key)} was confirmed before it arrived")


def _of_store(sync: Sync) -> Iterator[Finding]:
    """What is stored is what was sent, and it was stored before a state confirmed it."""
    for text in changed_rejects(sync.rows, sync.rejects):
        yield Finding("content", text)
    confirmed = intervals(sync.sent)
    for number, stored in sync.stored_at.items():
        for row in confirmed.get(number, ()):
            if row.fate == "rejected" and row.stream not in ACCOUNTS and row.key not in stored:
                yield Finding("state early", f"{_name(row.key)} was confirmed before it was stored")


def _of_copies(syncs: Sequence[Sync], copies: Sequence[Copy]) -> Iterator[Finding]:
    """Each row arrived as often as it was there, with the same ids whenever it was sent."""
    given = Counter(row.key for sync in syncs for row in sync.rows)
    kinds = {row.key: row.kind for sync in syncs for row in sync.rows}
    most, times = _multiplicities(syncs[0].sent)
    by_key: dict[Key, list[Copy]] = defaultdict(list)
    for copy in copies:
        by_key[copy.key].append(copy)
    is_complete = syncs[-1].error is None
    for text in changed_copies((row for sync in syncs for row in sync.rows), copies):
        yield Finding("content", text)
    for key, of_row in by_key.items():
        if key not in kinds:
            yield Finding("unknown", f"{_name(key)} arrived and was never sent")
        elif kinds[key] == USERS:
            # Setting a user's attributes again changes nothing, so a repeated sync may. Within one, nothing repeats.
            if len(of_row) > given[key]:
                yield Finding("doubled", f"{_name(key)} arrived {len(of_row)} times, and was sent {given[key]} times")
        else:
            yield from _of_events(key, of_row, most[key], times[key], is_complete=is_complete)


def _of_events(key: Key, copies: list[Copy], most: int, times: int, *, is_complete: bool) -> Iterator[Finding]:
    ids = Counter(copy.message_id for copy in copies)
    if len(ids) > most:
        yield Finding("other ids", f"{_name(key)} arrived under {len(ids)} ids, and was there {most} times")
    elif is_complete and len(ids) < most:
        yield Finding("lost", f"{_name(key)} arrived under {len(ids)} ids, but was there {most} times")
    # Equal rows on both sides of a state share their id: they are one event, which may arrive in two batches.
    if len(copies) > times:
        yield Finding("doubled", f"{_name(key)} arrived {len(copies)} times, and was there {times} times")


def _multiplicities(sent: Sequence[Message]) -> tuple[dict[Key, int], Counter[Key]]:
    """Return how often each row is there between two states at most, and how often in all."""
    confirmed = [row for rows in intervals(sent).values() for row in rows]
    seen = Counter(row.key for row in confirmed)
    every = Counter(message.key for message in sent if isinstance(message, Row))
    groups = [Counter(row.key for row in rows) for rows in intervals(sent).values()]
    # What comes after the last state is an interval of its own.
    groups.append(every - seen)
    most: dict[Key, int] = defaultdict(int)
    for group in groups:
        for key, count in group.items():
            most[key] = max(most[key], count)
    return most, every


def _of_order(syncs: Sequence[Sync], copies: Sequence[Copy]) -> Iterator[Finding]:
    """A user's rows of one stream arrived in their order. Those that were mended came late, and twins are no order."""
    _, times = _multiplicities(syncs[0].sent)
    last: dict[tuple[str, str], int] = {}
    seen: set[Key] = set()
    late = {row.key for row in syncs[0].rows if row.fate == "rejected"}
    for copy in copies:
        if copy.key in seen or copy.key in late or times[copy.key] > 1:
            continue
        seen.add(copy.key)
        user = (copy.stream, copy.user)
        if copy.number < last.get(user, -1):
            yield Finding("order", f"{_name(copy.key)} arrived after row {last[user]} of the same user")
        last[user] = copy.number


def _of_profiles(syncs: Sequence[Sync], copies: Sequence[Copy]) -> Iterator[Finding]:
    """In the end every user is as the last rows said, those that were mended among them."""
    if syncs[-1].error is not None:
        return
    good = {row.key: row for sync in syncs for row in sync.rows if row.fate == "accepted"}
    for text in wrong_profiles([good[row.key] for row in syncs[0].rows if row.key in good], copies):
        yield Finding("last value", text)


def _of_accounts(syncs: Sequence[Sync], accounts: dict[int, str]) -> Iterator[Finding]:
    if syncs[-1].error is not None:
        return
    names = Counter(accounts.values())
    for row in {row.key: row for sync in syncs for row in sync.rows if row.stream in ACCOUNTS}.values():
        account, name = int(row.data.get("id", FIRST_ACCOUNT)), row.data.get("name", "")
        if row.kind == NEW and names[name] != 1:
            yield Finding("lost" if not names[name] else "doubled", f"{_name(row.key)}: {names[name]} such accounts")
        elif row.kind != NEW and accounts.get(account, "") != name:
            yield Finding("lost", f"{_name(row.key)}: the account is not renamed or not deleted")


def _difference(printed: list[int], expected: list[int]) -> list[int]:
    first = next((index for index, pair in enumerate(zip(printed, expected, strict=False)) if len(set(pair)) > 1), 0)
    return printed[first : first + 5]


def _name(key: Key) -> str:
    return f"row {key[1]} of {key[0]}"
