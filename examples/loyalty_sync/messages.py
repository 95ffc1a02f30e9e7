"""Rows as the messages that Airbyte's platform would hand to a destination."""

from collections.abc import Iterable, Iterator
from typing import Any

from mparticle_sandbox.testing import configured_catalog, configured_stream, record, state

MEMBERS = "loyalty_members"
EVENTS = "loyalty_events"

_EVENTS_BETWEEN_STATES = 4

CATALOG = configured_catalog(MEMBERS, configured_stream(EVENTS, sync_mode="incremental"))
"""The configured catalog of the connection."""


def messages(
    members: Iterable[dict[str, Any]], events: Iterable[dict[str, Any]], between_states: int = _EVENTS_BETWEEN_STATES
) -> Iterator[bytes]:
    """Yield records and states as JSON lines: the members and their state, then the events with a state after a few."""
    yield from (record(MEMBERS, member) for member in members)
    yield state(MEMBERS, {})
    cursor: dict[str, Any] = {}
    for number, event in enumerate(events, start=1):
        yield record(EVENTS, event)
        cursor = {"sequence": event["sequence"]}
        if number % between_states == 0:
            yield state(EVENTS, cursor)
            cursor = {}
    if cursor:
        yield state(EVENTS, cursor)
