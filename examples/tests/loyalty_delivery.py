"""Helper: deliver the loyalty example's messages in this process, and look at what arrived."""

import io
import json
from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Any

from destination_mparticle.config import parse_config
from destination_mparticle.http.settings import DEFAULT_SETTINGS, HttpSettings
from destination_mparticle.protocol.catalog import parse_catalog
from destination_mparticle.protocol.output import Output
from destination_mparticle.sync import write
from destination_mparticle.sync_run import Run
from examples.loyalty_sync.messages import CATALOG

MEMBERS = 6
# One day for the warehouse and for what is expected of it, however late the tests run.
TODAY = datetime.now(timezone.utc).date()


def event_ids(batches: Any) -> Any:
    return [event["data"]["source_message_id"] for batch in batches for event in batch["events"]]


def delivered_here(
    config: dict[str, Any], lines: Iterable[bytes], http: HttpSettings = DEFAULT_SETTINGS
) -> tuple[list[dict[str, Any]], Exception | None]:
    """Deliver in this process with the given timeouts. Returns the states that were confirmed, and the error."""
    out = io.BytesIO()
    error = None
    try:
        write(Run.begin(parse_config(config), parse_catalog(CATALOG)), lines, Output(out), http=http)
    except Exception as failure:  # noqa: BLE001 - the tests look at it
        error = failure
    messages = [json.loads(line) for line in out.getvalue().splitlines()]
    return [message["state"] for message in messages if message["type"] == "STATE"], error
