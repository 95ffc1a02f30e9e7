#!/usr/bin/env python3
"""Makes the table of streams in the connector's page from the catalog and the manifest, and prints it.

usage: stream_table.py [--write]

With --write it takes the place of what stands between the two markers in the page.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from airbyte_cdk.models import AirbyteStream, SyncMode

from scripts import page_tables
from source_mparticle import SourceMparticle
from source_mparticle.api.errors import PROFILE_API
from source_mparticle.streams.profile_streams import PROFILE_STREAMS

SCRIPT = "stream_table.py"
PAGE = page_tables.PAGES / "sources" / "mparticle.md"

TITLES = (
    "Stream",
    "Endpoint",
    "Read for each of",
    "Primary key",
    "Sync modes",
    "Required grant",
    "A 404 is",
    "Offered with",
)
SYNC_MODES = {SyncMode.full_refresh: "Full Refresh", SyncMode.incremental: "Incremental"}

_LOGGER = logging.getLogger(__name__)
_MINIMAL = {"client_id": "a-client-id", "client_secret": "a-client-secret", "account_id": "1"}
_ORGANIZATION = {**_MINIMAL, "org_id": "1"}
# With this one every stream is offered.
COMPLETE = {**_ORGANIZATION, "profiles": {"workspace_id": "1", "identities": ["1"]}}
# From what everybody has to what the fewest have.
OFFERS: dict[str, dict[str, Any]] = {
    "Always": _MINIMAL,
    "Organization ID": _ORGANIZATION,
    "Organization ID and identities": COMPLETE,
}

# The look-ups are no part of the manifest: by MPID, or by any other identity.
_PROFILE_ENDPOINTS = (
    "GET `/userprofile/v1/{org_id}/{account_id}/{workspace_id}/{mpid}`, "
    "or POST `/userprofile/v1/resolve/{org_id}/{account_id}/{workspace_id}`"
)


@dataclass(frozen=True)
class _Source:
    """Where the records of a stream come from, as the page shows it."""

    endpoint: str
    parents: str
    grant: str
    missing: str


def tables() -> page_tables.Tables:
    """The table of streams, one row each, in the order of the catalog. Asks mParticle nothing."""
    sources = dict(_sources())
    offers = _offers()
    rows = [_row(stream, sources[stream.name], offers[stream.name]) for stream in _catalog(COMPLETE)]
    return {"streams": page_tables.table(TITLES, rows)}


def _row(stream: AirbyteStream, source: _Source, offer: str) -> list[str]:
    return [
        f"`{stream.name}`",
        source.endpoint,
        source.parents,
        ", ".join(f"`{'.'.join(path)}`" for path in stream.source_defined_primary_key or ()),
        ", ".join(SYNC_MODES[mode] for mode in stream.supported_sync_modes),
        source.grant,
        source.missing,
        offer,
    ]


def _catalog(config: dict[str, Any]) -> list[AirbyteStream]:
    streams: list[AirbyteStream] = SourceMparticle(config=config).discover(_LOGGER, config).streams
    return streams


def _offers() -> dict[str, str]:
    """What has to be configured for each stream: the first of the offers that holds it."""
    offers: dict[str, str] = {}
    for offer, config in OFFERS.items():
        for stream in _catalog(config):
            offers.setdefault(stream.name, offer)
    return offers


def _sources() -> Iterator[tuple[str, _Source]]:
    for component in SourceMparticle(config=COMPLETE).resolved_manifest["streams"]:
        for stream in component.get("streams", [component]):
            yield stream["name"], _declared(stream)
    for looked_up in PROFILE_STREAMS:
        yield looked_up.stream, _Source(_PROFILE_ENDPOINTS, "the configured users", PROFILE_API, "An unknown user")


def _declared(stream: dict[str, Any]) -> _Source:
    requester = stream["retriever"]["requester"]
    router = stream["retriever"].get("partition_router", {})
    parents = [parent["stream"]["name"] for parent in router.get("parent_stream_configs", ())]
    return _Source(
        endpoint=f"GET `{requester['path']}`",
        # The records of a stream that is its own parent are the details of what a list names.
        parents=" and ".join("its own list" if parent == stream["name"] else f"`{parent}`" for parent in parents),
        grant=requester["grant"],
        missing=_missing(router),
    )


def _missing(router: dict[str, Any]) -> str:
    """What a 404 stands for: with a parent it may be no row."""
    if not router:
        return "A failure"
    return "No row" if router.get("missing_is_normal") == "True" else "No row, if another is found"


if __name__ == "__main__":
    page_tables.run(PAGE, SCRIPT, tables, "The table of streams in the connector's page.")
