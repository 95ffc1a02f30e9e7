"""Is one batch good? The tables of `shape` know."""

from collections.abc import Iterable
from typing import Any

from mparticle_sandbox.core.events_api.limits import HISTORICAL_AGE_MS
from mparticle_sandbox.core.events_api.problem import Problem, problem_of
from mparticle_sandbox.core.events_api.shape.batch import BATCH
from mparticle_sandbox.core.events_api.shape.finding import Place, wrong


def batch_problem(batch: Any, refused_value: str | None = None) -> Problem | None:
    """Return what is wrong with a batch, or None. It is wrong of a batch, too, to hold `refused_value` anywhere."""
    finding = BATCH.find(batch)
    if finding is not None:
        return problem_of(finding)
    place = None if refused_value is None else _place_of(refused_value, batch)
    if place is None:
        return None
    finding = wrong(refused_value, "integer", "System.Int32")
    return Problem("refused_value", "The batch holds a value that is refused.", finding.cause, place)


def _place_of(text: str, value: Any) -> Place | None:
    """Return where a text stands in a value, or None."""
    if value == text:
        return ()
    inside: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        inside = value.items()
    elif isinstance(value, list):
        inside = enumerate(value)
    found = ((key, _place_of(text, item)) for key, item in inside)
    return next(((key, *place) for key, place in found if place is not None), None)


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
