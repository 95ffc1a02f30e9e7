"""Is one batch good? Its own fields, then its events."""

from collections.abc import Callable
from typing import Any

from mparticle_sandbox.core.events_api import vocabulary as words
from mparticle_sandbox.core.events_api.event_check import event_problem
from mparticle_sandbox.core.events_api.limits import HISTORICAL_AGE_MS
from mparticle_sandbox.core.events_api.problem import Problem, is_int64, is_scalar, is_text


def batch_problem(batch: Any) -> Problem | None:
    """Return what is wrong with a batch, or None."""
    if not isinstance(batch, dict):
        return Problem("batch_not_an_object", "A batch must be a JSON object.")
    for name, holds in _FIELDS.items():
        if batch.get(name) is not None and not holds(batch[name]):
            return Problem(f"{name}_invalid", f'Batch field "{name}" has a value that is not allowed.')
    for event in batch.get("events") or ():
        problem = event_problem(event)
        if problem is not None:
            return problem
    return None


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


def _are_identities(value: Any) -> bool:
    return isinstance(value, dict) and all(
        name in words.IDENTITIES and is_scalar(identity) for name, identity in value.items()
    )


def _are_user_attributes(value: Any) -> bool:
    return isinstance(value, dict) and all(
        all(map(is_scalar, item)) if isinstance(item, list) else is_scalar(item) for item in value.values()
    )


def _is_consent(value: Any) -> bool:
    return isinstance(value, dict) and all(
        purposes is None or (isinstance(purposes, dict) and all(map(_is_consent_purpose, purposes.values())))
        for purposes in (value.get("gdpr"), value.get("ccpa"))
    )


def _is_consent_purpose(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("consented"), bool)
        and is_int64(value.get("timestamp_unixtime_ms"))
    )


def _is_context(value: Any) -> bool:
    plan = value.get("data_plan") if isinstance(value, dict) else value
    return plan is None or (isinstance(plan, dict) and is_text(plan.get("plan_id")))


_FIELDS: dict[str, Callable[[Any], bool]] = {
    "events": lambda value: isinstance(value, list),
    "environment": lambda value: isinstance(value, str) and value in words.ENVIRONMENTS,
    "source_request_id": is_scalar,
    "mpid": is_int64,
    "user_identities": _are_identities,
    "user_attributes": _are_user_attributes,
    "deleted_user_attributes": lambda value: isinstance(value, list) and all(isinstance(name, str) for name in value),
    "device_info": lambda value: isinstance(value, dict),
    "consent_state": _is_consent,
    "context": _is_context,
}
