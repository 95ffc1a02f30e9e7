"""A run, and lines of its input, for the tests of what is prepared ahead."""

import time
from typing import Any

from mparticle_sandbox.testing import configured_catalog, destination_config, record, stream_mapping

from destination_mparticle.config import parse_config
from destination_mparticle.protocol.catalog import parse_catalog
from destination_mparticle.sync_run import Run

NOW = int(time.time() * 1000)
FIELDS = {"customer_id": "{user}", "event_name": "{name}", "timestamp": "{at}", "custom_attributes.x": "{rare}"}
EVENTS = stream_mapping("events", "custom_event", FIELDS, unmapped="attributes")
USERS = stream_mapping("users", "user", {"customer_id": "{user}"}, unmapped="attributes")


def begun(**options: Any) -> Run:
    config = destination_config(None, EVENTS, USERS, events_url="http://localhost:1/v2", **options)
    return Run.begin(parse_config(config), parse_catalog(configured_catalog("events", "users", "batches")))


def event(number: int, **others: Any) -> bytes:
    data = {"user": f"u-{number % 3}", "name": "Bought", "at": NOW - number, **others}
    return record("events", data, emitted_at=NOW)
