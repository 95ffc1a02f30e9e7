import json
from collections.abc import Iterator
from typing import Any

import pytest
from airbyte_cdk.entrypoint import AirbyteEntrypoint
from airbyte_cdk.models import AirbyteMessage, AirbyteRecordMessage, Type

from source_mparticle_exports.records.streams import STREAMS
from source_mparticle_exports.row_lines import PIECE_BYTES, as_message, lines_in, row_lines
from unit_tests.exports import ADDED, INBOUND, OUTBOUND, rows

DEEP: Any = None
for _ in range(300):
    DEEP = {"in": DEEP}

# Rows have no column that is null; what lies in their columns may.
ODD: list[dict[str, Any]] = [
    {"text": '\u2028 \u00fc \U0001f600 \\ " \x00 </script>', "\u00e9": [True, None, -0.0, 1e308, 2**64 - 1]},
    {"raw": {"": None, "a": [{"b": None}]}},
    {"nested": DEEP, "text": "\u00fc"},
    {"raw": {}},
    *(row for name in STREAMS for content in (OUTBOUND, INBOUND, ADDED) for row in rows(name, content)),
]


def written_by_the_cdk(row: dict[str, Any]) -> Any:
    record = AirbyteRecordMessage(stream="events", data=row, emitted_at=0)
    return without_time(AirbyteEntrypoint.airbyte_message_to_string(AirbyteMessage(type=Type.RECORD, record=record)))


def without_time(line: str) -> Any:
    """The parts of a line in order, and its text as far as the time."""
    before, mark, _ = line.rpartition('"emitted_at":')
    assert mark
    return before, list(json.loads(line)["record"])


@pytest.mark.parametrize("row", ODD)
def test_a_line_is_what_the_cdk_writes_for_the_row(row: dict[str, Any]) -> None:
    (piece,) = row_lines("events", [row])
    assert piece.text.endswith(b"\n")
    assert without_time(piece.text.decode().removesuffix("\n")) == written_by_the_cdk(row)


def test_rows_come_in_pieces_that_are_complete_and_in_order() -> None:
    text = "x" * 1000
    pieces = list(row_lines("events", ({"number": number, "text": text} for number in range(200))))
    assert len(pieces) > 2
    assert all(PIECE_BYTES <= len(piece.text) < PIECE_BYTES + 2000 for piece in pieces[:-1])
    assert [piece.text.count(b"\n") for piece in pieces] == [piece.count for piece in pieces]
    found = [json.loads(line)["record"]["data"]["number"] for piece in pieces for line in piece.text.splitlines()]
    assert found == list(range(200))
    assert list(row_lines("events", [])) == []


def test_rows_before_an_error_are_not_lost() -> None:
    def failing() -> Iterator[dict[str, Any]]:
        yield {"number": 1}
        raise ValueError("broken")

    pieces = row_lines("events", failing())
    assert next(pieces).count == 1
    with pytest.raises(ValueError, match="broken"):
        next(pieces)


def test_a_piece_is_known_from_a_row() -> None:
    (piece,) = row_lines("events", [{"a": 1}])
    message = as_message("events", piece)
    assert message.record
    assert lines_in(message.record.data) == piece
    assert lines_in({"row_lines": "a column of that name"}) is None
