"""Read a time as milliseconds since 1970, UTC, or refuse it. Nothing is guessed.

Accepted are epoch seconds, epoch milliseconds, ISO 8601 dates and date-times with or without an offset (without one it
is UTC). Seconds and milliseconds are told apart by size: the ranges below do not overlap, and a number in neither is
refused. That also catches microseconds, and dates and times written as digits: 20240501 is below both ranges, and
20240501103000 above them. Of digits to the minute, such as 202405011030, the range of milliseconds would take some
months of 1976; they are left out of it.
"""

import re
from decimal import Decimal, InvalidOperation
from typing import Any, Final, cast

import pendulum
from pendulum.parsing.exceptions import ParserError

_YEAR_2101: Final = 4_133_980_800
_SECONDS: Final = range(10**8, _YEAR_2101)
"""March 1973 to the end of 2100."""

_MILLISECONDS: Final = range(10**11, _YEAR_2101 * 1000)
"""March 1973 to the end of 2100."""

_DIGITS_TO_THE_MINUTE: Final = range(1900_01_01_00_00, 2101_01_01_00_00)
"""YYYYMMDDhhmm of the years 1900 to 2100. As milliseconds it would be January to August 1976."""

_OFFSET: Final = r"(Z|[+-]\d{2}(:?\d{2})?)?"
_ISO: Final = re.compile(
    rf"(\d{{4}}-\d{{2}}-\d{{2}}([T ]\d{{2}}:\d{{2}}(:\d{{2}}([.,]\d{{1,9}})?)?{_OFFSET})?"
    rf"|\d{{8}}T\d{{4}}(\d{{2}}([.,]\d{{1,9}})?)?{_OFFSET})",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"\d{1,18}(\.\d{1,12})?")


def milliseconds(value: Any) -> int:
    """Return the time as epoch milliseconds, fractions of a millisecond cut off.

    Raises `ValueError`, whose text does not contain the value, when the form is not one of the accepted ones.
    """
    if isinstance(value, str):
        return _from_text(value.strip())
    if isinstance(value, int) and not isinstance(value, bool):
        return _from_number(value)
    return _from_number(Decimal(repr(value)) if isinstance(value, float) else Decimal("NaN"))


_REFUSAL: Final = "This is not epoch seconds, epoch milliseconds or an ISO 8601 date or time."


def _from_text(text: str) -> int:
    if _NUMBER.fullmatch(text):
        return _from_number(Decimal(text))
    if not _ISO.fullmatch(text):
        raise ValueError(_REFUSAL)
    try:
        moment = cast("pendulum.DateTime", pendulum.parse(text.upper(), tz="UTC"))
    except ParserError:
        raise ValueError(_REFUSAL) from None
    found = moment.int_timestamp * 1000 + moment.microsecond // 1000
    if found < 0:
        raise ValueError("This is before 1970.")
    return found


def _from_number(number: Decimal | int) -> int:
    try:
        whole = int(number)
    except (InvalidOperation, OverflowError, ValueError):
        raise ValueError(_REFUSAL) from None
    if whole in _SECONDS:
        return int(number * 1000)
    if whole in _MILLISECONDS and whole not in _DIGITS_TO_THE_MINUTE:
        return whole
    raise ValueError("This number is neither epoch seconds nor epoch milliseconds of the years 1973 to 2100.")
