"""The position of a value in a JSON text."""

import json
from json.decoder import scanstring  # type: ignore[attr-defined]

from mparticle_sandbox.core.events_api.schema.violation import JsonPath

_decode = json.JSONDecoder().raw_decode
_BLANKS = " \t\n\r"


def reader_offset(text: str, start: int, path: JsonPath) -> int:
    """Return how many characters of a valid `text` a reader has read when it fails at the value at `path`.

    `path` leads there from the value that begins at `start`. A reader fails at the bracket of an object or a
    list, and over anything else once it has read it.
    """
    position = _skip(text, start)
    for step in path:
        position = _in_object(text, position, step) if isinstance(step, str) else _in_list(text, position, step)
    return position + 1 if text[position] in "{[" else _decode(text, position)[1]


def _in_object(text: str, start: int, name: str) -> int:
    """Return where the value of a field begins; of several with this name it is the last that counts."""
    found = start
    position = _skip(text, start + 1)
    while text[position] != "}":
        key, position = scanstring(text, position + 1)
        # Behind the key and the colon.
        position = _skip(text, _skip(text, position) + 1)
        found = position if key == name else found
        position = _behind_comma(text, _decode(text, position)[1])
    return found


def _in_list(text: str, start: int, index: int) -> int:
    position = _skip(text, start + 1)
    for _ in range(index):
        position = _behind_comma(text, _decode(text, position)[1])
    return position


def _behind_comma(text: str, position: int) -> int:
    position = _skip(text, position)
    return _skip(text, position + 1) if text[position] == "," else position


def _skip(text: str, position: int) -> int:
    while text[position] in _BLANKS:
        position += 1
    return position
