"""Another system that sends events to mParticle through an input of its own, as its servers would: by HTTP."""

import base64
import urllib.request
from collections.abc import Iterable

API_KEY, API_SECRET = "app-key", "app-secret"
"""Of that input, in the sandbox."""

# The sandbox is on this machine, whatever proxy the environment names.
_open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


def send(events_url: str, batches: Iterable[str]) -> None:
    """Send batches of JSON, one after the other. Raises OSError for the first that is not accepted."""
    credentials = base64.b64encode(f"{API_KEY}:{API_SECRET}".encode()).decode()
    headers = {"Authorization": f"Basic {credentials}", "Content-Type": "application/json"}
    for batch in batches:
        request = urllib.request.Request(f"{events_url}/events", batch.encode(), headers)  # noqa: S310 - the sandbox's
        with _open(request) as response:
            response.read()
