"""Rows as the messages that Airbyte's platform would hand to a destination."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

MEMBERS = "loyalty_members"
EVENTS = "loyalty_events"

_EVENTS_BETWEEN_STATES = 4

CATALOG: dict[str, Any] = {
    "streams": [
        {
            "stream": {"name": name, "json_schema": {}, "supported_sync_modes": ["full_refresh", "incremental"]},
            "sync_mode": "incremental" if name == EVENTS else "full_refresh",
            "destination_sync_mode": "append",
        }
        for name in (MEMBERS, EVENTS)
    ]
}
"""The configured catalog of the connection."""


def messages(
    members: Iterable[dict[str, Any]], events: Iterable[dict[str, Any]], between_states: int = _EVENTS_BETWEEN_STATES
) -> Iterator[bytes]:
    """Yield records and states as JSON lines: the members and their state, then the events with a state after a few."""
    yield from (_record(MEMBERS, member) for member in members)
    yield _state(MEMBERS, {})
    cursor: dict[str, Any] = {}
    for number, event in enumerate(events, start=1):
        yield _record(EVENTS, event)
        cursor = {"sequence": event["sequence"]}
        if number % between_states == 0:
            yield _state(EVENTS, cursor)
            cursor = {}
    if cursor:
        yield _state(EVENTS, cursor)


def _record(stream: str, data: dict[str, Any]) -> bytes:
    return _line({"type": "RECORD", "record": {"stream": stream, "emitted_at": 0, "data": data}})


def _state(stream: str, cursor: dict[str, Any]) -> bytes:
    body = {"stream_descriptor": {"name": stream}, "stream_state": cursor}
    return _line({"type": "STATE", "state": {"type": "STREAM", "stream": body}})


def _line(message: dict[str, Any]) -> bytes:
    return json.dumps(message).encode() + b"\n"
