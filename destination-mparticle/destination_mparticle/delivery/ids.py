"""Ids that are functions of the data and its order alone, so that a replay carries the same ones.

mParticle drops a batch whose `source_request_id` it has seen in the last 30 to 60 days. It promises nothing for the
`source_message_id` of an event; it is set so that systems behind mParticle can tell.
"""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson

from destination_mparticle import policy
from destination_mparticle.mapping.rawbatch import AIRBYTE_PREFIX


def digest(*parts: bytes) -> str:
    """Return a UUID made of the parts. Their boundaries count: ("ab", "c") is not ("a", "bc")."""
    made = hashlib.blake2b(digest_size=16)
    for part in parts:
        made.update(len(part).to_bytes(8, "big"))
        made.update(part)
    return str(UUID(bytes=made.digest()))


class RowIds:
    """Ids for the rows of one stream.

    A row's id comes from its stream, its content and, where equal rows follow each other between two states, from how
    many of them came before. The count starts again at every state, so that a replay from that state counts the same,
    and every `rows` rows, so that memory stays bounded; the number of that stretch is then part of the id.
    """

    def __init__(self, stream: str, rows: int = policy.ORDINAL_ROWS) -> None:
        self._stream = stream.encode()
        self._rows = rows
        self._seen: dict[bytes, int] = {}
        self._stretch = 0
        self._count = 0

    def next(self, data: Mapping[str, Any]) -> str:
        """Return the id of the next row. Columns that Airbyte adds do not count as content."""
        content = {name: value for name, value in data.items() if not name.startswith(AIRBYTE_PREFIX)}
        key = hashlib.blake2b(orjson.dumps(content, option=orjson.OPT_SORT_KEYS), digest_size=16).digest()
        if self._count == self._rows:
            self._seen.clear()
            self._stretch += 1
            self._count = 0
        self._count += 1
        ordinal = self._seen.get(key, 0)
        self._seen[key] = ordinal + 1
        return digest(self._stream, key, b"%d.%d" % (self._stretch, ordinal))

    def state_passed(self) -> None:
        """Start counting again."""
        self._seen.clear()
        self._stretch = 0
        self._count = 0
