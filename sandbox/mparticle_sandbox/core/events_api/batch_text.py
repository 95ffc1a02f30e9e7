"""Taking a request body apart into batches, each with the exact text in which it was sent."""

import json
import re
from typing import Any, NamedTuple


class SentBatch(NamedTuple):
    """One batch: what it says, its text, and where that starts in the request's text."""

    content: Any
    text: str
    start: int = 0


class BodyError(ValueError):
    """The body is not what the endpoint takes; the message is one plain sentence."""


def one_batch(body: bytes) -> SentBatch:
    """Read a body that is one JSON object."""
    text = _text(body)
    content, end = _value(text, _skip(text, 0))
    _expect_end(text, end)
    if not isinstance(content, dict):
        raise BodyError("The body must be one batch, a JSON object.")
    return SentBatch(content, text)


def many_batches(body: bytes) -> list[SentBatch]:
    """Read a body that is a JSON array."""
    text = _text(body)
    position = _skip(text, 0)
    if text[position : position + 1] != "[":
        _value(text, position)
        raise BodyError("The body must be a JSON array of batches.")
    batches: list[SentBatch] = []
    position = _skip(text, position + 1)
    if text[position : position + 1] == "]":
        _expect_end(text, position + 1)
        return batches
    while True:
        content, end = _value(text, position)
        batches.append(SentBatch(content, text[position:end], position))
        position = _skip(text, end)
        mark = text[position : position + 1]
        position = _skip(text, position + 1)
        if mark == "]":
            _expect_end(text, position)
            return batches
        if mark != ",":
            raise _MALFORMED


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise _MALFORMED from error


def _value(text: str, position: int) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(text, position)
    except (ValueError, RecursionError) as error:
        raise _MALFORMED from error


def _skip(text: str, position: int) -> int:
    match = _BLANKS.match(text, position)
    return match.end() if match else position


def _expect_end(text: str, position: int) -> None:
    if _skip(text, position) != len(text):
        raise _MALFORMED


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


_BLANKS = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)
_MALFORMED = BodyError("The request body is not valid JSON.")
