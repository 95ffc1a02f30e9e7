"""Read single values as tolerantly as mParticle writes them: numbers may be text, text may be numbers.

What cannot be read is None: the raw object that goes with each row still holds it.
"""

import json
import math
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import orjson

_EPOCH: Final = datetime(1970, 1, 1)
_INT64: Final = range(-(2**63), 2**63)


def text(value: Any) -> str | None:
    """Return a scalar as text. True is `true`, as in JSON; 12.0 is `12`, since JSON knows one kind of number."""
    # This is asked more often than anything else. JSON's values have exactly these types.
    kind = type(value)
    if kind is str or kind is int:
        return str(value)
    if kind is bool:
        return "true" if value else "false"
    if kind is float:
        return str(int(value)) if value.is_integer() else str(value)
    return None


def text_or_json(value: Any) -> str | None:
    """Return a scalar as text, and a list or an object as JSON text."""
    if not isinstance(value, list | dict):
        return text(value)
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:
        # It writes no integers beyond 64 bits.
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def number(value: Any) -> int | float | None:
    """Return a finite number."""
    if type(value) is int:
        return value
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        value = _parsed(value)
    if isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return None


def integer(value: Any) -> int | None:
    """Return a whole number of at most 64 bits."""
    found = number(value)
    if isinstance(found, float):
        found = int(found) if found.is_integer() else None
    return found if found is not None and found in _INT64 else None


def boolean(value: Any) -> bool | None:
    """Return a truth value."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.strip().lower()) if isinstance(value, str) else None


def timestamp(value: Any) -> str | None:
    """Return milliseconds since 1970, UTC, as `2017-10-17T17:09:11.644Z`."""
    milliseconds = integer(value)
    if milliseconds is None:
        return None
    seconds, rest = divmod(milliseconds, 1000)
    try:
        return f"{_second(seconds)}.{rest:03}Z"
    except OverflowError:
        return None


def utc(moment: datetime) -> str:
    """Return a time in UTC as `2017-10-17T17:09:11.644Z`."""
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def mapping(value: Any) -> dict[str, Any] | None:
    """Return an object."""
    return value if isinstance(value, dict) else None


def array(value: Any) -> list[Any] | None:
    """Return a list."""
    return value if isinstance(value, list) else None


def objects(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list. An object alone counts as a list of it; what is neither has none."""
    if isinstance(value, dict):
        return [value]
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


@lru_cache(maxsize=4096)
def _second(seconds: int) -> str:
    """Return a second since 1970 as text. The events of a file happened in few of them."""
    return (_EPOCH + timedelta(seconds=seconds)).isoformat()


def _parsed(digits: str) -> int | float | None:
    """Return the number that text means. Digits stay exact: an id does not pass through a float."""
    try:
        return int(digits)
    except ValueError:
        pass
    try:
        return float(digits)
    except ValueError:
        return None
