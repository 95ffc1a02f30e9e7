"""Change values deep inside a record: replace them, give ids one type. `redaction.py` masks them.

A path is a list of names; `*` stands for every element of a list.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

# As a number is written: `0042` is not the id 42. Nineteen digits are the most that 64 bits with a sign can hold.
_DIGITS = re.compile(r"0|-?[1-9]\d{0,18}", re.ASCII)
_LARGEST = 2**63 - 1


def replace_at(record: Any, path: Sequence[str], change: Callable[[Any], Any]) -> None:
    """Replace what is at `path` by `change` of it, in place.

    A path that leads nowhere is ignored: a record may lack any field.
    """
    key, rest = path[0], path[1:]
    if key == "*":
        for element in record if isinstance(record, list) else ():
            replace_at(element, rest, change)
    elif isinstance(record, dict) and key in record:
        if rest:
            replace_at(record[key], rest, change)
        else:
            record[key] = change(record[key])


def as_integer(value: Any) -> Any:
    """The integer that a string of digits stands for; anything else unchanged.

    mParticle shows the same id as a string in one list and as an integer in another.
    """
    if not isinstance(value, str) or not _DIGITS.fullmatch(value):
        return value
    number = int(value)
    return number if -_LARGEST <= number <= _LARGEST else value
