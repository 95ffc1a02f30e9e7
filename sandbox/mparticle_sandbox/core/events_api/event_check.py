"""Is one event good? Required fields and their values, by event type."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from mparticle_sandbox.core.events_api import vocabulary as words
from mparticle_sandbox.core.events_api.problem import Problem, is_int64, is_number, is_scalar, is_text

_Check = Callable[[Any], bool]


def event_problem(event: Any) -> Problem | None:
    """Return what is wrong with an event, or None."""
    if not isinstance(event, dict):
        return Problem("event_not_an_object", "An event must be a JSON object.")
    event_type = event.get("event_type")
    if not is_text(event_type):
        return Problem("event_type_missing", 'Required event field "event_type" is missing or empty.')
    if event_type not in words.EVENT_TYPES:
        return Problem("event_type_unknown", 'Event field "event_type" is not a known event type.')
    data = event.get("data")
    if not isinstance(data, dict):
        return Problem("data_missing", 'Required event field "data" is missing or not an object.')
    return _field_problem(data, _REQUIRED.get(event_type, {})) or _common_problem(data) or _commerce(event_type, data)


def _field_problem(data: Mapping[str, Any], required: Mapping[str, _Check]) -> Problem | None:
    for name, holds in required.items():
        if data.get(name) is None:
            return Problem("field_missing", f'Required event field "{name}" is missing or empty.')
        if not holds(data[name]):
            return _invalid(name)
    return None


def _common_problem(data: Mapping[str, Any]) -> Problem | None:
    for name in words.EVENT_INT64_FIELDS:
        if data.get(name) is not None and not is_int64(data[name]):
            return _invalid(name)
    for name in ("custom_attributes", "custom_flags"):
        if not _is_map_of_scalars(data.get(name)):
            return Problem("attributes_invalid", f'Event field "{name}" must be an object of scalar values.')
    return None


def _commerce(event_type: str, data: Mapping[str, Any]) -> Problem | None:
    if event_type != "commerce_event":
        return None
    variants = [name for name in _COMMERCE_VARIANTS if data.get(name)]
    if len(variants) != 1:
        return Problem("commerce_variant", f"A commerce event needs exactly one of {', '.join(_COMMERCE_VARIANTS)}.")
    name = variants[0]
    return None if _COMMERCE_VARIANTS[name](data[name]) else _invalid(name)


def _is_product_action(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.get("action") in words.PRODUCT_ACTIONS
        and _are_numbers(value, ("total_amount", "tax_amount", "shipping_amount"))
        and _is_list_of(value.get("products"), _is_product)
    )


def _is_promotion_action(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.get("action") in words.PROMOTION_ACTIONS
        and _is_list_of(value.get("promotions"), lambda item: isinstance(item, dict))
    )


def _are_impressions(value: Any) -> bool:
    return isinstance(value, list) and _is_list_of(
        value, lambda item: isinstance(item, dict) and _is_list_of(item.get("products"), _is_product)
    )


def _is_product(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and _are_numbers(value, ("price", "quantity", "total_product_amount"))
        and _is_map_of_scalars(value.get("custom_attributes"))
    )


def _are_numbers(value: Mapping[str, Any], names: Collection[str]) -> bool:
    return all(value.get(name) is None or is_number(value[name]) for name in names)


def _is_list_of(value: Any, holds: _Check) -> bool:
    return value is None or (isinstance(value, list) and all(map(holds, value)))


def _is_map_of_scalars(value: Any) -> bool:
    return value is None or (isinstance(value, dict) and all(map(is_scalar, value.values())))


def _invalid(name: str) -> Problem:
    return Problem("field_invalid", f'Event field "{name}" has a value that is not allowed.')


def _one_of(allowed: Collection[str]) -> _Check:
    return lambda value: isinstance(value, str) and value in allowed


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


_COMMERCE_VARIANTS: dict[str, _Check] = {
    "product_action": _is_product_action,
    "promotion_action": _is_promotion_action,
    "product_impressions": _are_impressions,
}

_REQUIRED: dict[str, dict[str, _Check]] = {
    "custom_event": {"event_name": is_text, "custom_event_type": _one_of(words.CUSTOM_EVENT_TYPES)},
    "screen_view": {"screen_name": is_text},
    "session_end": {"session_duration_ms": is_int64},
    "opt_out": {"is_opted_out": _is_flag},
    "push_registration": {"register": _is_flag, "registration_token": is_text},
    "push_message": {"push_message_type": _one_of(words.PUSH_MESSAGE_TYPES)},
    "application_state_transition": {"application_transition_type": _one_of(words.APPLICATION_TRANSITIONS)},
    "network_performance": {"url": is_text},
    "breadcrumb": {"label": is_text},
    "profile": {"profile_event_type": _one_of(words.PROFILE_EVENT_TYPES)},
    "user_attribute_change": {"user_attribute_name": is_text},
}
