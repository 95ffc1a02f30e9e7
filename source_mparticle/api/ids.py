"""Gives ids one type: mParticle shows the same id as a string in one list and as an integer in another."""

from typing import Any


def as_integer(value: Any) -> Any:
    """The integer that a string of digits stands for.

    Anything else stays as it came: a value that is no number must not be lost to a conversion.
    """
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value
