"""Truncate names and values to mParticle's lengths.

mParticle documents that it truncates long event and attribute names and does not say what it does with long values.
Doing it here makes the result known, and countable: a truncated record counts as accepted and is reported by field.
"""

from collections.abc import Mapping
from typing import Any

from destination_mparticle.mparticle import limits
from destination_mparticle.validation.reasons import Reason, Rejection

_NAMED = ("event_name", "screen_name")
_ATTRIBUTES = ("custom_attributes", "custom_flags")


def truncate(batch: dict[str, Any], longest: float, fitting: int = limits.NAME_CHARACTERS) -> list[str]:
    """Truncate what is too long, in place, and return the truncated fields ("event_name", "user_attributes", ...).

    No text in the batch has more characters than `longest`. Where that are no more than `fitting`, no attribute has a
    name or a value that is too long. A batch of the wrong shape is left for `rules.check` to refuse.
    """
    if longest <= limits.NAME_CHARACTERS:
        return []
    truncated: list[str] = []
    if longest > fitting:
        _truncate_attributes(batch, "user_attributes", truncated)
    events = batch.get("events")
    for event in events if isinstance(events, list) else ():
        data = event.get("data") if isinstance(event, dict) else None
        if not isinstance(data, dict):
            continue
        for field in _NAMED:
            if field in data and isinstance(data[field], str) and len(data[field]) > limits.NAME_CHARACTERS:
                data[field] = data[field][: limits.NAME_CHARACTERS]
                truncated.append(field)
        if longest > fitting:
            for field in _ATTRIBUTES:
                _truncate_attributes(data, field, truncated)
    return truncated


def _truncate_attributes(owner: dict[str, Any], field: str, truncated: list[str]) -> None:
    attributes = owner.get(field)
    if isinstance(attributes, dict) and _has_too_long(attributes):
        owner[field] = _truncated(attributes)
        if len(owner[field]) < len(attributes):
            raise Rejection(
                Reason.VALUE_TOO_LONG,
                field,
                f"Two names are the same once truncated to {limits.NAME_CHARACTERS} characters.",
            )
        truncated.append(field)


def _has_too_long(attributes: Mapping[str, Any]) -> bool:
    # One loop without calls, because it sees every attribute of every large record.
    for name, value in attributes.items():
        if len(name) > limits.NAME_CHARACTERS:
            return True
        if isinstance(value, str):
            if len(value) > limits.VALUE_CHARACTERS:
                return True
        elif isinstance(value, list) and any(map(_is_too_long_entry, value)):
            return True
    return False


def _is_too_long_entry(entry: object) -> bool:
    return isinstance(entry, str) and len(entry) > limits.LIST_ENTRY_CHARACTERS


def _truncated(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {name[: limits.NAME_CHARACTERS]: _truncated_value(value) for name, value in attributes.items()}


def _truncated_value(value: Any) -> Any:
    if isinstance(value, str):
        return value[: limits.VALUE_CHARACTERS]
    if isinstance(value, list):
        return [entry[: limits.LIST_ENTRY_CHARACTERS] if isinstance(entry, str) else entry for entry in value]
    return value
