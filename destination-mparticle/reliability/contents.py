"""Whether what arrived and what was stored says what was sent. Pure: yields one sentence for each difference."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson

from reliability.plan import ACCOUNTS, USERS
from reliability.rows import Row, exact_json
from reliability.stored import Copy

Profiles = dict[tuple[str, str], dict[str, Any]]


def changed_copies(rows: Iterable[Row], copies: Iterable[Copy]) -> Iterator[str]:
    """Every copy has the user and the content of its row, as the mapping makes it."""
    good = {row.key: row for row in rows if row.fate == "accepted" and row.stream not in ACCOUNTS}
    for copy in copies:
        row = good.get(copy.key)
        if row is None:
            continue
        if copy.user != row.user:
            yield f"row {copy.number} of {copy.stream} arrived for another user"
        elif copy.content != exact_json(row.arrived):
            yield f"row {copy.number} of {copy.stream} arrived with another content"


def changed_rejects(rows: Iterable[Row], stored: Iterable[tuple[tuple[str, int], bytes]]) -> Iterator[str]:
    """What is stored of a rejected row has every digit of it."""
    rejected = list(stored)
    wanted = {key for key, _ in rejected}
    sent = {row.key: exact_json(row.data) for row in rows if row.key in wanted}
    for key, data in rejected:
        if sent.get(key, data) != data:
            yield f"row {key[1]} of {key[0]} is among the rejected records with another content"


def wrong_profiles(rows: Sequence[Row], copies: Iterable[Copy]) -> Iterator[str]:
    """Each user has, of each stream, what the last row said of each attribute. `rows` are all good ones, in order."""
    of_users = {row.stream for row in rows if row.kind == USERS}
    wanted, found = Profiles(), Profiles()
    for row in rows:
        if row.kind == USERS:
            wanted.setdefault((row.stream, row.user), {}).update(row.arrived["user_attributes"])
    for copy in copies:
        if copy.stream in of_users:
            profile = found.setdefault((copy.stream, copy.user), {})
            profile.update(orjson.loads(copy.content).get("user_attributes", {}))
    wrong: dict[str, list[str]] = defaultdict(list)
    for (stream, user), attributes in wanted.items():
        profile = found.get((stream, user), {})
        wrong[stream] += [f"{name} of {user}" for name, value in attributes.items() if profile.get(name) != value]
    for stream, names in wrong.items():
        if names:
            yield f"{len(names)} attributes of {stream} do not have their last value, such as {names[0]}"
