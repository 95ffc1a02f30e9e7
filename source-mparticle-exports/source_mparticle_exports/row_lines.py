"""Rows as the lines that Airbyte reads, many of them in one piece.

The CDK builds four objects for a row and passes it from thread to thread alone, which takes longer than all the rest.
Here the thread that reads a file writes its rows as lines, and only pieces of many lines go through the CDK. To the CDK
a piece is one record, whose data nobody looks into.
"""

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from airbyte_cdk.models import AirbyteMessage, AirbyteRecordMessage, Type

PIECE_BYTES: Final = 64 * 1024
"""A piece ends with the line that reaches this size."""

_PIECE: Final = "row_lines"


@dataclass(frozen=True)
class RowLines:
    """Some rows of one stream: a RECORD message on each line."""

    text: bytes
    count: int


def row_lines(stream: str, rows: Iterable[Mapping[str, Any]]) -> Iterator[RowLines]:
    """Return rows in pieces. Where `rows` raises, what came before it is returned first."""
    waiting: list[bytes] = []
    size = 0
    try:
        for row in rows:
            line = _line(stream, row)
            waiting.append(line)
            size += len(line)
            if size >= PIECE_BYTES:
                yield RowLines(b"".join(waiting), len(waiting))
                waiting, size = [], 0
    except Exception:
        if waiting:
            yield RowLines(b"".join(waiting), len(waiting))
        raise
    if waiting:
        yield RowLines(b"".join(waiting), len(waiting))


def as_message(stream: str, lines: RowLines) -> AirbyteMessage:
    """Return a piece as a message that the CDK passes on."""
    record = AirbyteRecordMessage(stream=stream, data={_PIECE: lines}, emitted_at=_now())
    return AirbyteMessage(type=Type.RECORD, record=record)


def lines_in(data: Mapping[str, Any]) -> RowLines | None:
    """Return the piece that is the data of a record, or None where it is a row."""
    piece = data.get(_PIECE)
    return piece if isinstance(piece, RowLines) else None


def _line(stream: str, row: Mapping[str, Any]) -> bytes:
    message = {"type": "RECORD", "record": {"stream": stream, "data": row, "emitted_at": _now()}}
    try:
        return orjson.dumps(message, option=orjson.OPT_APPEND_NEWLINE)
    except orjson.JSONEncodeError:
        # It reads what is nested deeper than it writes. The CDK does the same.
        return json.dumps(message).encode() + b"\n"


def _now() -> int:
    return time.time_ns() // 1_000_000
