"""Gives ids one type: mParticle shows the same id as a string in one list and as an integer in another."""

from collections.abc import Sequence
from typing import Any


def make_integers(record: Any, path: Sequence[str]) -> None:
    """Turn the strings of digits at `path` into integers, in place; `*` stands for every element of a list.

    Anything else is left as it came: a value that is no number must not be lost to a conversion.
    """
    key, rest = path[0], path[1:]
    if key == "*":
        for element in record if isinstance(record, list) else ():
            make_integers(element, rest)
    elif isinstance(record, dict) and key in record:
        value = record[key]
        if rest:
            make_integers(value, rest)
        elif isinstance(value, str) and value.isascii() and value.isdigit():
            record[key] = int(value)
