"""The records of the views as the messages that Airbyte's platform would hand to the destination."""

import json
from collections.abc import Iterator
from typing import Any

from .warehouse import STREAMS, Warehouse

CATALOG: dict[str, Any] = {
    "streams": [
        {
            "stream": {"name": name, "json_schema": {}, "supported_sync_modes": ["full_refresh"]},
            "sync_mode": "full_refresh",
            "destination_sync_mode": "append",
        }
        for name in STREAMS
    ]
}
"""The configured catalog of the connection."""


def messages(warehouse: Warehouse) -> Iterator[bytes]:
    """Yield every record of every view as a JSON line, and a state after each view."""
    for stream in STREAMS:
        for record in warehouse.records(stream):
            yield _line({"type": "RECORD", "record": {"stream": stream, "emitted_at": 0, "data": record}})
        body = {"stream_descriptor": {"name": stream}, "stream_state": {}}
        yield _line({"type": "STATE", "state": {"type": "STREAM", "stream": body}})


def _line(message: dict[str, Any]) -> bytes:
    return json.dumps(message).encode() + b"\n"
