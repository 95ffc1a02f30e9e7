"""Where the parts of a JSON object are in its text, so that they can be passed on unchanged.

Only for text that was parsed before: these functions assume valid JSON.
"""

import json
import re
from typing import Final

Span = tuple[int, int]
"""Start and end of a value in a text."""

_STRING: Final = rb'"[^"\\]*(?:\\.[^"\\]*)*"'
_TEXT: Final = re.compile(_STRING, re.DOTALL)
_KEY: Final = re.compile(rb"[\s,{]*(" + _STRING + rb")\s*:\s*", re.DOTALL)
_TEXT_OR_BRACKET: Final = re.compile(_STRING + rb"|[][{}]", re.DOTALL)
_SCALAR: Final = re.compile(rb"[^][{},\s]+")
_CONTROL: Final = re.compile(rb"[\x00-\x1f]")


def member_spans(text: bytes, start: int = 0) -> dict[str, Span]:
    """Return where the values of the object are that begins at `start`, by name. Of equal names the last counts."""
    found: dict[str, Span] = {}
    end = start
    while key := _KEY.match(text, end):
        end = _end(text, key.end())
        found[_name(key[1])] = (key.end(), end)
    return found


def is_object(text: bytes, span: Span) -> bool:
    """Whether the value in that place is an object."""
    return text.startswith(b"{", span[0])


def on_one_line(text: bytes) -> bytes:
    """Return JSON text as one line of UTF-8.

    A control character in a text is escaped, and a byte that is not UTF-8 becomes the escape (U+DC80 to U+DCFF) that
    Python reads it as. Nothing else changes.
    """
    if _CONTROL.search(text):
        text = _TEXT.sub(lambda found: _CONTROL.sub(lambda control: b"\\u%04x" % ord(control[0]), found[0]), text)
        text = _CONTROL.sub(b" ", text)
    return text.decode("utf-8", "surrogateescape").encode("utf-8", "backslashreplace")


def _name(quoted: bytes) -> str:
    text = quoted.decode("utf-8", "surrogateescape")
    return str(json.loads(text, strict=False)) if "\\" in text else text[1:-1]


def _end(text: bytes, start: int) -> int:
    """Return where the value ends that begins at `start`."""
    depth = 0
    if text[start : start + 1] not in {b"{", b"[", b'"'}:
        scalar = _SCALAR.match(text, start)
        return scalar.end() if scalar else start
    for part in _TEXT_OR_BRACKET.finditer(text, start):
        if part[0] in {b"{", b"["}:
            depth += 1
        elif part[0] in {b"}", b"]"}:
            depth -= 1
        if depth == 0:
            return part.end()
    return len(text)
