"""Sends the records on standard input with mParticle's own Python client: what a script of one's own would do.

    python -m benchmarks.official_client URL bulk|single < rows.jsonl

`bulk` sends 100 batches of one event in one call, which is the most that the client takes, and `single` one. Nothing is
checked, numbered or confirmed.
"""

import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any

import mparticle  # type: ignore[import-untyped]
import orjson

from benchmarks.rows import FIELDS

BATCHES_IN_A_CALL = 100
_MAPPED = {template.strip("{}") for template in FIELDS.values()}


def main(url: str, mode: str) -> None:
    """Send everything."""
    configuration = mparticle.Configuration()
    configuration.host = f"{url}/v2"
    configuration.api_key, configuration.api_secret = "key", "secret"
    api = mparticle.EventsApi(configuration)
    batches = _batches()
    if mode == "single":
        for batch in batches:
            api.upload_events(batch)
    else:
        while call := list(islice(batches, BATCHES_IN_A_CALL)):
            api.bulk_upload_events(call)


def _batches() -> Iterator[Any]:
    for line in sys.stdin.buffer:
        message = orjson.loads(line)
        if message["type"] != "RECORD":
            continue
        data = message["record"]["data"]
        event = mparticle.AppEvent(data["name"], timestamp_unixtime_ms=data["at"])
        event.custom_attributes = {name: value for name, value in data.items() if name not in _MAPPED}
        batch = mparticle.Batch(environment="development")
        batch.user_identities = mparticle.UserIdentities(customerid=data["user"])
        batch.events = [event]
        yield batch


if __name__ == "__main__":
    main(*sys.argv[1:])
