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


def truncate(batch: dict[str, Any], longest: int) -> list[str]:
    """Truncate what is too long, in place, and return the truncated fields ("event_name", "user_attributes", ...).

    No text in the batch has more characters than `longest`, so that most need not be looked at. A batch of the wrong
    shape is left for `rules.check` to refuse.
    """
    if longest <= limits.NAME_CHARACTERS:
        return []
    truncated: list[str] = []
    if "user_attributes" in batch:
        _truncate_attributes(batch, "user_attributes", longest, truncated)
    events = batch.get("events")
    for event in events if isinstance(events, list) else ():
        data = event.get("data") if isinstance(event, dict) else None
        if isinstance(data, dict):
            _truncate_data(data, longest, truncated)
    return truncated


def _truncate_data(data: dict[str, Any], longest: int, truncated: list[str]) -> None:
    for field in _NAMED:
        value = data.get(field)
        if isinstance(value, str) and len(value) > limits.NAME_CHARACTERS:
            data[field] = value[: limits.NAME_CHARACTERS]
            truncated.append(field)
    for field in _ATTRIBUTES:
        if field in data:
            _truncate_attributes(data, field, longest, truncated)


def _truncate_attributes(owner: dict[str, Any], field: str, longest: int, truncated: list[str]) -> None:
    attributes = owner[field]
    if isinstance(attributes, dict) and _has_too_long(attributes, longest):
        owner[field] = _truncated(attributes)
        if len(owner[field]) < len(attributes):
            raise Rejection(
                Reason.VALUE_TOO_LONG,
                field,
                f"Two names are the same once truncated to {limits.NAME_CHARACTERS} characters.",
            )
        truncated.append(field)


def _has_too_long(attributes: Mapping[str, Any], longest: int) -> bool:
    if max(map(len, attributes), default=0) > limits.NAME_CHARACTERS:
        return True
    if longest <= limits.LIST_ENTRY_CHARACTERS:
        return False
    may_have_long_text = longest > limits.VALUE_CHARACTERS
    return (may_have_long_text or list in map(type, attributes.values())) and any(
        map(_is_too_long, attributes.values())
    )


def _is_too_long(value: object) -> bool:
    if isinstance(value, list):
        return any(isinstance(entry, str) and len(entry) > limits.LIST_ENTRY_CHARACTERS for entry in value)
    return isinstance(value, str) and len(value) > limits.VALUE_CHARACTERS


def _truncated(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {name[: limits.NAME_CHARACTERS]: _truncated_value(value) for name, value in attributes.items()}


def _truncated_value(value: Any) -> Any:
    if isinstance(value, str):
        return value[: limits.VALUE_CHARACTERS]
    if isinstance(value, list):
        return [entry[: limits.LIST_ENTRY_CHARACTERS] if isinstance(entry, str) else entry for entry in value]
    return value
