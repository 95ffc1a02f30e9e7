"""The records of the views as the messages that Airbyte's platform would hand to the destination."""

import json
from collections.abc import Iterator
from heapq import merge
from itertools import groupby
from operator import itemgetter
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
    """Yield the records of all views in the order of time as JSON lines, and a state whenever the view changes.

    The destination keeps the order of one user's records within a stream, and across streams only where a state lies
    between them. In any other order an earlier balance could overwrite a later one.
    """
    views = ([(record["position"], stream, record) for record in warehouse.records(stream)] for stream in STREAMS)
    for stream, records in groupby(merge(*views, key=itemgetter(0)), key=itemgetter(1)):
        for _, _, record in records:
            yield _line({"type": "RECORD", "record": {"stream": stream, "emitted_at": 0, "data": record}})
        body = {"stream_descriptor": {"name": stream}, "stream_state": {}}
        yield _line({"type": "STATE", "state": {"type": "STREAM", "stream": body}})


def _line(message: dict[str, Any]) -> bytes:
    return json.dumps(message).encode() + b"\n"
