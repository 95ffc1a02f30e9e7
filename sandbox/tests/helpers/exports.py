"""Helper: reads what a sandbox exported to a folder."""

import gzip
import json
from pathlib import Path
from typing import Any

from mparticle_sandbox.core.events_api.batch_store import StoredBatch
from mparticle_sandbox.core.events_api.ingestion import EVENTS, user_key
from mparticle_sandbox.core.exports.outbound import Receipt, outbound_batch

AT_MS = 1_700_000_000_123


def outbound(content: dict[str, Any], **receipt: Any) -> dict[str, Any]:
    """The outbound form of a batch, as it is after writing and reading it."""
    about = Receipt(**{"seed": 7, "number": 0, "endpoint": EVENTS, "at_ms": AT_MS, **receipt})
    result: dict[str, Any] = json.loads(json.dumps(outbound_batch(json.dumps(content), about)))
    return result


def stored(content: dict[str, Any], at_ms: int = AT_MS, endpoint: str = EVENTS) -> StoredBatch:
    return StoredBatch(json.dumps(content), user_key(content), endpoint, at_ms, len(content.get("events") or ()))


def lines(content: bytes) -> list[dict[str, Any]]:
    """The lines of a file, compressed or not."""
    text = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
    return [json.loads(line) for line in text.split(b"\n")[:-1]]


def exported(folder: Path, pattern: str = "**/Shop_*.txt") -> list[dict[str, Any]]:
    """The lines of all files of a folder, in the order of their paths."""
    return [line for path in sorted(folder.glob(pattern)) for line in lines(path.read_bytes())]
