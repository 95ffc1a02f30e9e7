"""Decides whether a batch is valid, by the tables of `schema`."""

from collections.abc import Iterable
from typing import Any

from mparticle_sandbox.core.events_api.batch_error import BatchError, batch_error_of
from mparticle_sandbox.core.events_api.facts.limits import HISTORICAL_AGE_MS
from mparticle_sandbox.core.events_api.schema.batch import BATCH
from mparticle_sandbox.core.events_api.schema.violation import JsonPath, wrong


def batch_error(batch: Any, refused_value: str | None = None) -> BatchError | None:
    """Return what is wrong with a batch, or None. It is wrong of a batch, too, to hold `refused_value` anywhere."""
    violation = BATCH.check(batch)
    if violation is not None:
        return batch_error_of(violation)
    path = None if refused_value is None else _path_of(refused_value, batch)
    if path is None:
        return None
    violation = wrong(refused_value, "integer", "System.Int32")
    return BatchError("refused_value", "The batch holds a value that is refused.", violation.cause, path)


def _path_of(text: str, value: Any) -> JsonPath | None:
    """Return where a text stands in a value, or None."""
    # No recursion: an open object may hold lists as deep as JSON can be read.
    waiting: list[tuple[JsonPath, Any]] = [((), value)]
    while waiting:
        path, found = waiting.pop()
        if found == text:
            return path
        inside: Iterable[tuple[Any, Any]] = ()
        if isinstance(found, dict):
            inside = found.items()
        elif isinstance(found, list):
            inside = enumerate(found)
        waiting += reversed([((*path, key), item) for key, item in inside])
    return None


def historical_error(batch: dict[str, Any], now_ms: int) -> BatchError | None:
    """Return why the historical endpoint does not process a good batch, or None. Both rules are mParticle's."""
    if not batch.get("events"):
        return BatchError("historical_without_events", "A historical batch needs events.")
    for event in batch["events"]:
        timestamp_ms = event["data"].get("timestamp_unixtime_ms")
        if timestamp_ms is None:
            return BatchError("historical_without_timestamp", "A historical event needs a timestamp.")
        if timestamp_ms > now_ms - HISTORICAL_AGE_MS:
            return BatchError("historical_too_recent", "A historical event must be at least 72 hours old.")
    return None
