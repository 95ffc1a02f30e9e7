"""Change values deep inside a record: replace them, mask them, give ids one type.

A path is a list of names; `*` stands for every element of a list.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

MASK = "********"
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


def mask_at(record: dict[str, Any], path: Sequence[str]) -> None:
    """Put the mask in place of what is at `path`.

    Null stays null, because it says that there is nothing to hide. A value of another form than the path says is masked
    as a whole, and names match in any case: masking too much is better than showing a key.
    """
    name, rest = path[0], path[1:]
    for key in [key for key in record if key.casefold() == name]:
        record[key] = _masked(record[key], rest)


def as_integer(value: Any) -> Any:
    """The integer that a string of digits stands for; anything else unchanged.

    mParticle shows the same id as a string in one list and as an integer in another.
    """
    if not isinstance(value, str) or not _DIGITS.fullmatch(value):
        return value
    number = int(value)
    return number if -_LARGEST <= number <= _LARGEST else value


def _masked(value: Any, path: Sequence[str]) -> Any:
    if value is None:
        return None
    if not path:
        return MASK
    if path[0] == "*":
        return [_masked(element, path[1:]) for element in value] if isinstance(value, list) else MASK
    if not isinstance(value, dict):
        return MASK
    mask_at(value, path)
    return value
