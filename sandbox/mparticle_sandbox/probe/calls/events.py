"""The Events API: what it refuses, and, where that is wished, one development batch that is sent twice."""

import base64
from collections.abc import Callable
from typing import Any

from mparticle_sandbox.probe.client import Request
from mparticle_sandbox.probe.config import Input
from mparticle_sandbox.probe.recorder import Recorder

_API = "events"
_REFUSED = ("events_without_header", "events_with_wrong_pair")
SENT = ("batch_in_bulk", "batch_repeated")


def call_events_api(recorder: Recorder, pair: Input | None, batch: dict[str, Any] | None) -> None:
    """Send empty lists without a key pair and with a made-up one, and `batch`, if there is one, with the right one."""
    if pair is None:
        recorder.skip(_REFUSED + SENT, "no configuration of the destination was given")
        return
    bulk, single = f"{pair.events_url}/bulkevents", f"{pair.events_url}/events"
    recorder.send(_REFUSED[0], _API, Request("POST", bulk, content=[]))
    nobody = _basic("mparticle-probe", "mparticle-probe")
    recorder.send(_REFUSED[1], _API, Request("POST", bulk, credential=nobody, content=[]))
    if batch is None:
        recorder.skip(SENT, "sent only with --send-development-batch")
        return
    credential = _basic(pair.api_key, pair.api_secret)
    recorder.send(SENT[0], _API, Request("POST", bulk, credential=credential, content=[batch]))
    recorder.send(SENT[1], _API, Request("POST", single, credential=credential, content=batch))


def development_batch(number: str) -> dict[str, Any]:
    """Return the batch that is sent: for no user, without events, as development data."""
    return {"environment": "development", "source_request_id": f"mparticle-probe-{number}", "events": []}


def _basic(key: str, secret: str) -> Callable[[], str]:
    encoded = base64.b64encode(f"{key}:{secret}".encode()).decode()
    return lambda: f"Basic {encoded}"
