"""JSON text that is kept, sent, or made into ids."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

import orjson

from destination_mparticle.json_reading import Unrepresentable

_EXACT_FLOAT: Final = 2**53
_WHOLE_FLOAT: Final = re.compile(rb"\.0[,}\]]")


def canonical_json(value: Mapping[str, Any] | list[Any]) -> bytes:
    """Serialize a value into the one text that all spellings of its content have in common.

    Keys are sorted, and a whole number is written as an integer however it was written before (1, 1.0, 1e0), as long as
    a float holds it exactly (below 2^53). Raises `TypeError` for what orjson does not write.
    """
    text = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    # orjson writes every such number with ".0" at its end; most records have none, and are not gone through.
    return orjson.dumps(_with_integers(value), option=orjson.OPT_SORT_KEYS) if _WHOLE_FLOAT.search(text) else text


def kept(text: bytes) -> bytes:
    """Return a copy of what orjson wrote.

    The original occupies up to ten times its length, which adds up where many records wait.
    """
    return bytes(memoryview(text))


def exact_json(value: Any) -> bytes:
    """Serialize like `canonical_json`, slowly, whatever the value holds.

    Integers may have any size, an `Unrepresentable` is written as its text, and surrogates without a partner become
    bytes that are not UTF-8.
    """
    text = json.dumps(
        _with_integers(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_text_of
    )
    return text.encode("utf-8", "surrogatepass")


def whole(value: float) -> int | float:
    """Return a whole number as an integer, unless it is too large for a float to hold exactly."""
    return int(value) if value.is_integer() and abs(value) < _EXACT_FLOAT else value


def _with_integers(value: Any) -> Any:
    if type(value) is float:
        return whole(value)
    if isinstance(value, dict):
        return {name: _with_integers(inner) if type(inner) in _INNER else inner for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_integers(inner) if type(inner) in _INNER else inner for inner in value]
    return value


_INNER: Final = frozenset((float, dict, list))


def _text_of(value: object) -> list[str]:
    if isinstance(value, Unrepresentable):
        return [value.text]
    raise TypeError
