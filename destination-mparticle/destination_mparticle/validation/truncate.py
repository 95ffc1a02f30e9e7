"""Cut names and values to mParticle's lengths.

mParticle documents that it truncates long event and attribute names and does not say what it does with long values.
Doing it here makes the result known, and countable: a record that was cut counts as accepted and is reported by field.
"""

from collections.abc import Mapping
from typing import Any

from destination_mparticle.mparticle import limits
from destination_mparticle.validation.reasons import Reason, Rejection

_NAMED = ("event_name", "screen_name")
_ATTRIBUTES = ("custom_attributes", "custom_flags")


def fit(batch: dict[str, Any]) -> tuple[str, ...]:
    """Cut what is too long, in place, and return the fields that were cut ("event_name", "user_attributes", ...).

    A batch of the wrong shape is left for `rules.check` to refuse.
    """
    cut: list[str] = []
    _fit_attributes(batch, "user_attributes", cut)
    events = batch.get("events")
    for event in events if isinstance(events, list) else ():
        data = event.get("data") if isinstance(event, dict) else None
        if isinstance(data, dict):
            _fit_data(data, cut)
    return tuple(cut)


def _fit_data(data: dict[str, Any], cut: list[str]) -> None:
    for field in _NAMED:
        value = data.get(field)
        if isinstance(value, str) and len(value) > limits.NAME_CHARACTERS:
            data[field] = value[: limits.NAME_CHARACTERS]
            cut.append(field)
    for field in _ATTRIBUTES:
        _fit_attributes(data, field, cut)


def _fit_attributes(owner: dict[str, Any], field: str, cut: list[str]) -> None:
    attributes = owner.get(field)
    if isinstance(attributes, dict) and any(_too_long(name, value) for name, value in attributes.items()):
        owner[field] = _shortened(attributes)
        if len(owner[field]) < len(attributes):
            raise Rejection(
                Reason.VALUE_TOO_LONG,
                field,
                f"Two names are the same after they are cut to {limits.NAME_CHARACTERS} characters.",
            )
        cut.append(field)


def _too_long(name: str, value: object) -> bool:
    if len(name) > limits.NAME_CHARACTERS:
        return True
    if isinstance(value, str):
        return len(value) > limits.VALUE_CHARACTERS
    return isinstance(value, list) and any(
        isinstance(entry, str) and len(entry) > limits.LIST_ENTRY_CHARACTERS for entry in value
    )


def _shortened(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {name[: limits.NAME_CHARACTERS]: _shortened_value(value) for name, value in attributes.items()}


def _shortened_value(value: Any) -> Any:
    if isinstance(value, str):
        return value[: limits.VALUE_CHARACTERS]
    if isinstance(value, list):
        return [entry[: limits.LIST_ENTRY_CHARACTERS] if isinstance(entry, str) else entry for entry in value]
    return value
