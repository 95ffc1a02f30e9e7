"""Why a batch is bad, and the kinds of values that checks ask for."""

from typing import Any, NamedTuple

_INT64 = range(-(2**63), 2**63)


class Problem(NamedTuple):
    """`reason` is a word to count by, `message` a sentence without any value of the batch."""

    reason: str
    message: str


def is_int64(value: Any) -> bool:
    """Say whether the value is a JSON integer of 64 bits."""
    return type(value) is int and value in _INT64


def is_number(value: Any) -> bool:
    """Say whether the value is a JSON number."""
    return type(value) in (int, float)


def is_scalar(value: Any) -> bool:
    """Say whether the value is text, number, boolean or null, which is what mParticle stores as text."""
    return not isinstance(value, (dict, list))


def is_text(value: Any) -> bool:
    """Say whether the value is text with at least one character."""
    return isinstance(value, str) and value != ""
