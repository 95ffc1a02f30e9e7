"""Airbyte messages from stdin, line by line.

Lines are parsed here rather than by the CDK, whose models drop keys that they do not know and whose reader logs a line
that it cannot parse. An error names the line by its number and nothing else.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from destination_mparticle.errors import system_error
from destination_mparticle.protocol.catalog import StreamKey


@dataclass(frozen=True)
class Record:
    """A RECORD message."""

    stream: StreamKey
    data: Mapping[str, Any]
    line: bytes


@dataclass(frozen=True)
class State:
    """A STATE message as it came. `stream` is None for a state that covers all streams."""

    message: dict[str, Any]
    stream: StreamKey | None
    size: int


def read_messages(lines: Iterable[bytes]) -> Iterator[Record | State]:
    """Yield records and states; other messages are for others. Raises an Airbyte error for a line that is neither."""
    for number, line in enumerate(lines, start=1):
        if line.isspace():
            continue
        try:
            message = orjson.loads(line)
        except orjson.JSONDecodeError:
            raise _broken(number, "is not valid JSON") from None
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            raise _broken(number, "is not an Airbyte message")
        try:
            if message["type"] == "RECORD":
                yield _record(message["record"], line)
            elif message["type"] == "STATE":
                yield _state(line)
        except (KeyError, TypeError, AttributeError, ValueError):
            raise _broken(number, f"is not a valid {message['type']} message") from None


def record_of(line: bytes) -> dict[str, Any]:
    """Return the `record` of a line that was read before."""
    record: dict[str, Any] = orjson.loads(line)["record"]
    return record


def echo(state: State, accepted: int, rejected: int) -> bytes:
    """Return the line that confirms a state: every key that it came with, and what was accepted and rejected.

    Airbyte adds the two counts and compares the sum with what it sent.
    """
    body = state.message["state"]
    stats = {**(body.get("destinationStats") or {})}
    stats |= {"recordCount": float(accepted), "rejectedRecordCount": float(rejected)}
    return json.dumps(
        {**state.message, "state": {**body, "destinationStats": stats}}, ensure_ascii=False, separators=(",", ":")
    ).encode()


def _record(record: Mapping[str, Any], line: bytes) -> Record:
    data = record["data"]
    if not isinstance(data, dict):
        raise TypeError
    return Record(StreamKey(record.get("namespace") or "", record["stream"]), data, line)


def _state(line: bytes) -> State:
    # The standard library keeps integers of any size, and a state is the source's own.
    message = json.loads(line)
    state = message["state"]
    if state.get("type") != "STREAM":
        return State(message, None, len(line))
    descriptor = state["stream"]["stream_descriptor"]
    return State(message, StreamKey(descriptor.get("namespace") or "", descriptor["name"]), len(line))


def _broken(number: int, what: str) -> AirbyteTracedException:
    return system_error(f"Input line {number} {what}; nothing after it was read.")
