"""Ids that are functions of the data and its order alone, so that a replay carries the same ones.

mParticle drops a batch whose `source_request_id` it has seen in the last 30 to 60 days. It promises nothing for the
`source_message_id` of an event; it is set so that systems behind mParticle can recognize repetitions.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from destination_mparticle import tuning
from destination_mparticle.conversion.airbyte_columns import without_airbyte_columns
from destination_mparticle.json_writing import canonical_json, exact_json


def digest(*parts: bytes) -> str:
    """Return a UUID made of the parts. Their boundaries count: ("ab", "c") is not ("a", "bc")."""
    measured = b"".join([len(part).to_bytes(8, "big") + part for part in parts])
    text = hashlib.blake2b(measured, digest_size=16).hexdigest()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


class RecordId(NamedTuple):
    """The id of a record, and the size of the content that it was made of.

    `plain` is False where that content has values that could not be sent as they are.
    """

    text: str
    content_bytes: int
    plain: bool = True


class RecordIds:
    """Ids for the records of one stream.

    A record's id comes from its stream, its content and, where equal records follow each other between two states, from
    how many of them came before. Neither the order of columns nor the way a number was written is content.

    The count of equal records starts again at every state, so that a replay from that state counts the same, and every
    `window` records, so that memory stays bounded; the number of that window is then part of the id. Without
    `by_position` it is not, for records whose order and distance to a state may differ in a replay.
    """

    def __init__(self, stream: str, window: int = tuning.DUPLICATE_WINDOW_RECORDS, *, by_position: bool = True) -> None:
        self._stream = stream.encode()
        self._window = window
        self._by_position = by_position
        self._seen: dict[bytes, int] = {}
        self._window_number = 0
        self._count = 0

    def next(self, data: Mapping[str, Any]) -> RecordId:
        """Return the id of the next record. Columns that Airbyte adds do not count as content."""
        own = without_airbyte_columns(data)
        try:
            content, plain = canonical_json(own), True
        except TypeError:
            content, plain = exact_json(own), False
        key = hashlib.blake2b(content, digest_size=16).digest()
        if self._count == self._window:
            self._seen.clear()
            self._window_number += self._by_position
            self._count = 0
        self._count += 1
        ordinal = self._seen.get(key, 0)
        self._seen[key] = ordinal + 1
        return RecordId(digest(self._stream, key, b"%d.%d" % (self._window_number, ordinal)), len(content), plain)

    def start_interval(self) -> None:
        """Start counting again, because a state came."""
        self._seen.clear()
        self._window_number = 0
        self._count = 0
