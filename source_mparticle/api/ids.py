"""Gives ids one type: mParticle shows the same id as a string in one list and as an integer in another."""

import re
from typing import Any

# As a number is written: `0042` is not the id 42. Nineteen digits are the most that 64 bits with a sign can hold.
_DIGITS = re.compile(r"0|-?[1-9]\d{0,18}", re.ASCII)
_LARGEST = 2**63 - 1


def as_integer(value: Any) -> Any:
    """The integer that a string of digits stands for.

    Anything else stays as it came: a value that is no number must not be lost to a conversion.
    """
    if not isinstance(value, str) or not _DIGITS.fullmatch(value):
        return value
    number = int(value)
    return number if -_LARGEST <= number <= _LARGEST else value
