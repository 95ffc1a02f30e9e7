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
    if refused_value is None or not _holds(refused_value, batch):
        return None
    path = _path_of(refused_value, batch)
    violation = wrong(refused_value, "integer", "System.Int32")
    return BatchError("refused_value", "The batch holds a value that is refused.", violation.cause, path)


def _holds(text: str, value: Any) -> bool:
    """Whether a text stands anywhere in a value. Few batches hold what is refused, so paths are only made for those."""
    # No recursion: an open object may hold lists as deep as JSON can be read.
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, dict):
            waiting += found.values()
        elif isinstance(found, list):
            waiting += found
        elif found == text:
            return True
    return False


def _path_of(text: str, value: Any) -> JsonPath:
    """Return where a text stands that is in a value."""
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
    raise ValueError("the text is not in the value")


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
