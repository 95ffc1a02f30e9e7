"""Values that not every system can read, in lines of input, and what becomes of records that hold them."""

from datetime import datetime, timezone
from typing import Any

import pytest

from destination_mparticle import json_reading
from destination_mparticle.mapping.plan import Plan
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.pipeline.batch import Batch
from destination_mparticle.pipeline.ids import RecordIds
from destination_mparticle.pipeline.prepare import Defaults, Preparer
from destination_mparticle.pipeline.record import TrackedRecord
from destination_mparticle.pipeline.routing import Router
from destination_mparticle.protocol.messages import Record, read_messages
from destination_mparticle.validation.reasons import Rejection
from unit_tests.mappings import plan

STREAM = StreamKey("", "s")
NOW = datetime(2024, 6, 15, tzinfo=timezone.utc)
BIG = "123456789012345678901234567890"


def deep(levels: int, inner: str = "1") -> str:
    return "[" * levels + inner + "]" * levels


def line_of(odd: str | bytes, *, column: str = "odd", before: str = '"id":"c-1"') -> bytes:
    value = odd.encode() if isinstance(odd, str) else odd
    data = f'{before},"{column}":'.encode() + value
    return b'{"type":"RECORD","record":{"stream":"s","emitted_at":1,"data":{' + data + b"}}}\n"


def mapped(object_name: str = "custom_event", *, unmapped: bool = False, **templates: str) -> Plan[Any]:
    if object_name == "custom_event":
        templates = {"customer_id": "{id}", "event_name": "n", **templates}
    return plan(object_name, unmapped=unmapped, **templates)


def record_in(line: bytes) -> Record:
    """The record of a line."""
    (record,) = read_messages([line])
    assert isinstance(record, Record)
    return record


def prepared(mapping: Plan[Any], line: bytes) -> bytes:
    """What leaves, as JSON."""
    record = record_in(line)
    preparer = Preparer(
        STREAM, mapping, Defaults("development", None, Router.at(NOW), lambda: "new"), RecordIds(STREAM.identity)
    )
    ready = preparer.prepare(record.data, TrackedRecord(line, 1, 0)).ready
    return ready.body if isinstance(ready, Batch) else ready.envelope + (ready.event or b"")


def rejected(mapping: Plan[Any], line: bytes) -> Rejection:
    with pytest.raises(Rejection) as rejection:
        prepared(mapping, line)
    return rejection.value


ODD = {
    "deeper than orjson writes": deep(300),
    "deeper than orjson reads": deep(1_100),
    "a hundred thousand levels": deep(100_000),
    "a hundred thousand objects": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "half a surrogate pair": r'"\ud800"',
    "half a pair in a name": r'{"\ud800":1}',
    "bytes that are not UTF-8": b'"\xff\xfe"',
    "no number": "NaN",
    "infinity": "Infinity",
    "minus infinity": "-Infinity",
    "a number beyond floats": "1e400",
    "an integer beyond 64 bits": BIG,
    "the first integer below 64 bits": "-9223372036854775809",
    "the first integer above 64 bits": "18446744073709551616",
    "more digits than Python turns into an integer": "9" * 10_000,
    "an odd value far inside": '{"a":[1,{"b":[NaN]}]}',
}


def comparable(value: Any) -> Any:
    if isinstance(value, json_reading.Unrepresentable):
        return value.text
    if isinstance(value, dict):
        return {name: comparable(inner) for name, inner in value.items()}
    return [comparable(inner) for inner in value] if isinstance(value, list) else value
