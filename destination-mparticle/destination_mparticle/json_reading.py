"""Read JSON text of any shape without changing a digit.

orjson is fast, and it refuses some of what other writers of JSON let through (`NaN`, half of a surrogate pair, deep
nesting) and turns integers beyond 64 bits into floats. Text of that kind is read here a second time, slowly, so that a
single odd value is no reason to refuse everything around it.
"""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, Final

import orjson

MAX_DEPTH: Final = 254
"""Levels of nesting that orjson writes. Whatever is nested deeper is kept as its text."""

_MAX_DIGITS: Final = 4_000
"""Python refuses to turn much longer texts into integers."""

_SHAPE: Final = bytes.maketrans(b"123456789{", b"000000000[")
_DIGITS_BEYOND_64_BITS: Final = b"0" * 19
_INTEGER_BEYOND_64_BITS: Final = re.compile(rb"(?:^|[:,\[\s])-?[0-9]{19,}(?:$|[,\]}\s])")


class Unrepresentable:
    """Stands for a value that JSON has no room for, or that is nested too deeply: its text, and what is wrong with it.

    Not a dataclass, because orjson would write one.
    """

    __slots__ = ("text", "why")

    def __init__(self, text: str, why: str) -> None:
        self.text = text
        self.why = why


def loads(text: bytes) -> Any:
    """Read JSON text, with integers of any size. Raises `ValueError` where it is no JSON at all.

    What stands where a value should be and is not JSON (`NaN`, infinite numbers), and what is nested deeper than
    `MAX_DEPTH`, becomes `Unrepresentable`. Text keeps surrogates without a partner; they also stand for bytes that are
    not UTF-8.
    """
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return _loads_slowly(text)
    return _loads_slowly(text) if _is_odd(text, value) else value


def loads_strictly(text: bytes) -> Any:
    """Read JSON text like `loads`, and raise `ValueError` for everything that the standard does not allow."""
    value = orjson.loads(text)
    return _loads_slowly(text) if _is_odd(text, value) else value


def _is_odd(text: bytes, value: object) -> bool:
    """Whether orjson changed the value, or could not write it again."""
    # Every run of digits looks the same in this copy, so that one fast search finds the long ones.
    shape = text.translate(_SHAPE)
    if _DIGITS_BEYOND_64_BITS in shape and _INTEGER_BEYOND_64_BITS.search(text):
        return True
    if len(text) <= 2 * MAX_DEPTH or shape.count(b"[") <= MAX_DEPTH:
        return False
    try:
        orjson.dumps(value)
    except TypeError:
        return True
    return False


def _loads_slowly(text: bytes) -> Any:
    decoded = text.decode("utf-8", "surrogateescape").rstrip(_BLANKS)
    builder = _Builder(decoded)
    for kind, value, start, end in _lexemes(decoded):
        builder.take(kind, value, start, end)
    return builder.value()


_BLANKS: Final = " \t\n\r"
_LEXEME: Final = re.compile(
    r"""[ \t\n\r]*(?:
        (?P<mark>[\[\]{}:,])
      | (?P<quote>")
      | (?P<number>(?P<integer>-?(?:0|[1-9][0-9]*))(?P<rest>(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?))
      | (?P<word>true|false|null|NaN|-?Infinity)
    )""",
    re.VERBOSE,
)
_TEXTS: Final = json.JSONDecoder(strict=False)
"""Not strict: control characters may stand for themselves."""

_WORDS: Final = {"true": True, "false": False, "null": None}
_NOT_FINITE: Final = "A number must be finite and fit 64-bit floating point."
TOO_LONG: Final = "Integers beyond 64 bits must come as text."
TOO_DEEP: Final = "This is nested too deeply."


def _lexemes(text: str) -> Iterator[tuple[str, Any, int, int]]:
    """Yield kind (a mark, `text` or `value`), value, start and end of everything in a JSON text."""
    end = 0
    while end < len(text):
        match = _LEXEME.match(text, end)
        if match is None:
            raise ValueError(_NO_JSON)
        start, end = match.start(match.lastgroup or 0), match.end()
        if match["mark"]:
            yield match["mark"], None, start, end
        elif match["quote"]:
            value, end = _TEXTS.raw_decode(text, start)
            yield "text", value, start, end
        else:
            yield "value", _scalar(match), start, end


def _scalar(match: re.Match[str]) -> Any:
    if match["word"]:
        return _WORDS[match["word"]] if match["word"] in _WORDS else Unrepresentable(match["word"], _NOT_FINITE)
    if not match["rest"]:
        return (
            int(match["integer"])
            if len(match["integer"]) <= _MAX_DIGITS
            else Unrepresentable(match["integer"], TOO_LONG)
        )
    number = float(match["number"])
    return number if math.isfinite(number) else Unrepresentable(match["number"], _NOT_FINITE)


_NO_JSON: Final = "This is not JSON."
_VALUE: Final = frozenset(("text", "value", "{", "["))
_ENTRY_OR_END: Final = _VALUE | {"]"}
_KEY: Final = frozenset(("text",))
_KEY_OR_END: Final = frozenset(("text", "}"))
_COLON: Final = frozenset((":",))
_AFTER_MEMBER: Final = frozenset((",", "}"))
_AFTER_ENTRY: Final = frozenset((",", "]"))
_NOTHING: Final[frozenset[str]] = frozenset()


class _Open:
    """An object or a list that is not closed yet."""

    __slots__ = ("held", "key", "start")

    def __init__(self, held: dict[str, Any] | list[Any], start: int) -> None:
        self.held = held
        self.start = start
        self.key = ""


class _Builder:
    """Puts values together without recursion, so that depth costs nothing but memory."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._open: list[_Open] = []
        self._expected = _VALUE
        self._value: Any = None

    def value(self) -> Any:
        """Return what the whole text says."""
        if self._expected is not _NOTHING:
            raise ValueError(_NO_JSON)
        return self._value

    def take(self, kind: str, value: Any, start: int, end: int) -> None:
        """Take the next part of the text."""
        if kind not in self._expected:
            raise ValueError(_NO_JSON)
        if kind in {"{", "["}:
            self._open.append(_Open({} if kind == "{" else [], start))
            self._expected = _KEY_OR_END if kind == "{" else _ENTRY_OR_END
        elif kind in {"}", "]"}:
            self._close(end)
        elif kind == ":":
            self._expected = _VALUE
        elif kind == ",":
            self._expected = _KEY if isinstance(self._open[-1].held, dict) else _VALUE
        elif self._expected is _KEY or self._expected is _KEY_OR_END:
            self._open[-1].key = value
            self._expected = _COLON
        else:
            self._put(value)

    def _close(self, end: int) -> None:
        closed = self._open.pop()
        # What is deeper still goes with it.
        too_deep = len(self._open) == MAX_DEPTH
        self._put(Unrepresentable(self._text[closed.start : end], TOO_DEEP) if too_deep else closed.held)

    def _put(self, value: Any) -> None:
        if not self._open:
            self._value = value
            self._expected = _NOTHING
            return
        owner = self._open[-1]
        if isinstance(owner.held, dict):
            owner.held[owner.key] = value
            self._expected = _AFTER_MEMBER
        else:
            owner.held.append(value)
            self._expected = _AFTER_ENTRY
