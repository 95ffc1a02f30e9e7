"""What one sync is asked to read: the sync modes of the catalog, and the saved state."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from airbyte_cdk.models import AirbyteStateMessage, AirbyteStreamState, ConfiguredAirbyteCatalog, SyncMode


@dataclass(frozen=True)
class ReadRequest:
    """The sync mode and the saved state of each stream by its name, and when the sync started."""

    modes: Mapping[str, SyncMode]
    states: Mapping[str, Mapping[str, Any]]
    start: datetime

    @classmethod
    def of(cls, catalog: ConfiguredAirbyteCatalog | None, state: Sequence[AirbyteStateMessage] | None) -> "ReadRequest":
        """The request of a sync that starts now. Without a catalog no mode is known, and nothing is selected."""
        return cls(
            modes={each.stream.name: each.sync_mode for each in catalog.streams} if catalog else {},
            states=dict(_states_by_stream(state or ())),
            start=datetime.now(timezone.utc),
        )


def _states_by_stream(messages: Sequence[AirbyteStateMessage]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for message in messages:
        # The oldest kind of state names the streams itself.
        for name, state in (message.data or {}).items():
            yield name, state if isinstance(state, Mapping) else {}
        for each in _stream_states(message):
            yield each.stream_descriptor.name, vars(each.stream_state) if each.stream_state else {}


def _stream_states(message: AirbyteStateMessage) -> Iterator[AirbyteStreamState]:
    if message.stream:
        yield message.stream
    if message.global_:
        yield from message.global_.stream_states
