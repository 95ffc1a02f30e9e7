"""Ids that are functions of the data and its order alone, so that a replay carries the same ones.

mParticle drops a batch whose `source_request_id` it has seen in the last 30 to 60 days. It promises nothing for the
`source_message_id` of an event; it is set so that systems behind mParticle can recognize repetitions.
"""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from destination_mparticle import tuning
from destination_mparticle.json_writing import canonical_json, exact_json

_HASH_BYTES: Final = 16
"""As many as a UUID has."""


def digest(*parts: bytes) -> str:
    """Return a UUID made of the parts. Their boundaries count: ("ab", "c") is not ("a", "bc")."""
    return _uuid(b"".join(map(_measured, parts)))


def _measured(part: bytes) -> bytes:
    return len(part).to_bytes(8, "big") + part


@lru_cache(maxsize=1024)
def _position(window: int, ordinal: int) -> bytes:
    return _measured(b"%d.%d" % (window, ordinal))


def _uuid(content: bytes) -> str:
    text = hashlib.blake2b(content, digest_size=_HASH_BYTES).hexdigest()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


class RecordId(NamedTuple):
    """The id of a record, and the size of the content that it was made of.

    `plain` is False where that content has values that could not be sent as they are.
    """

    text: str
    content_bytes: int
    plain: bool = True


class ContentKey(NamedTuple):
    """What equal contents have in common, and the size of the content in bytes.

    `plain` is False where it has values that could not be sent as they are.
    """

    key: bytes
    size: int
    plain: bool


def content_key(content: Mapping[str, Any]) -> ContentKey:
    """Return the key of what the source has written of a record."""
    try:
        text, plain = canonical_json(content), True
    except TypeError:
        text, plain = exact_json(content), False
    return ContentKey(hashlib.blake2b(text, digest_size=_HASH_BYTES).digest(), len(text), plain)


class RecordIds:
    """Ids for the records of one stream.

    A record's id comes from its stream, its content and, where equal records follow each other between two states, from
    how many of them came before. Neither the order of columns nor the way a number was written is content.

    The count of equal records starts again at every state, so that a replay from that state counts the same, and every
    `window` records, so that memory stays bounded; the number of that window is then part of the id. Without
    `by_position` it is not, for records whose order and distance to a state may differ in a replay.
    """

    def __init__(self, stream: str, window: int = tuning.DUPLICATE_WINDOW_RECORDS, *, by_position: bool = True) -> None:
        self._start = _start(stream)
        self._window = window
        self._by_position = by_position
        self._seen: dict[bytes, int] = {}
        self._window_number = 0
        self._count = 0

    def next(self, content: Mapping[str, Any]) -> RecordId:
        """Return the id of the next record, whose content are the columns that the source has written."""
        key, size, plain = content_key(content)
        if self._count == self._window:
            self._seen.clear()
            self._window_number += self._by_position
            self._count = 0
        self._count += 1
        ordinal = self._seen.get(key, 0)
        self._seen[key] = ordinal + 1
        return RecordId(_uuid(self._start + key + _position(self._window_number, ordinal)), size, plain)

    def take_first(self, key: bytes) -> bool:
        """Whether the next record, whose content has this key, has the id of a first one. Only then is it counted."""
        if key in self._seen or self._window_number or self._count == self._window:
            return False
        self._seen[key] = 1
        self._count += 1
        return True

    def start_interval(self) -> None:
        """Start counting again, because a state came."""
        self._seen.clear()
        self._window_number = 0
        self._count = 0


class FirstIds:
    """The ids of records that no equal one came before. `key` is that of the last record's content."""

    def __init__(self, stream: str) -> None:
        self._start = _start(stream)
        self.key = b""

    def next(self, content: Mapping[str, Any]) -> RecordId:
        """Return the id of a record, wherever it stands."""
        self.key, size, plain = content_key(content)
        return RecordId(_uuid(self._start + self.key + _position(0, 0)), size, plain)


def _start(stream: str) -> bytes:
    return _measured(stream.encode()) + _HASH_BYTES.to_bytes(8, "big")
