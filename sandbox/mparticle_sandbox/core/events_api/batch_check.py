"""Is one batch good? The tables of `shape` know."""

from typing import Any

from mparticle_sandbox.core.events_api.limits import HISTORICAL_AGE_MS
from mparticle_sandbox.core.events_api.problem import Problem, problem_of
from mparticle_sandbox.core.events_api.shape.batch import BATCH


def batch_problem(batch: Any) -> Problem | None:
    """Return what is wrong with a batch, or None."""
    finding = BATCH.find(batch)
    return None if finding is None else problem_of(finding)


def historical_problem(batch: dict[str, Any], now_ms: int) -> Problem | None:
    """Return why the historical endpoint does not process a good batch, or None. Both rules are mParticle's."""
    if not batch.get("events"):
        return Problem("historical_without_events", "A historical batch needs events.")
    for event in batch["events"]:
        timestamp_ms = event["data"].get("timestamp_unixtime_ms")
        if timestamp_ms is None:
            return Problem("historical_without_timestamp", "A historical event needs a timestamp.")
        if timestamp_ms > now_ms - HISTORICAL_AGE_MS:
            return Problem("historical_too_recent", "A historical event must be at least 72 hours old.")
    return None
