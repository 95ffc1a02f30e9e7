"""Finds the records in a response's body, whichever of its documented forms the body has."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
import orjson

from source_mparticle.api import errors
from source_mparticle.api.completeness import is_more, says_of_completeness
from source_mparticle.api.response import ApiResponse

Record = dict[str, Any]
Split = TypeVar("Split")

# The fields of an envelope: what it holds, and those that report errors. In lower case, because services differ.
_DATA = "data"
_TYPE = frozenset({"datatype", "data_type"})
_ERRORS = frozenset({"errors", "error"})
_SUCCESS = "success"
_FAILURES = re.compile("error|fail|warn")
# As much of a list's text as tells where in the body it begins.
_BEGINNING = 64
# May be a whole number beyond 64 bits, which orjson would turn into a float.
_LONG_NUMBER = re.compile(rb"-[0-9]{19}|[0-9]{20}")
# Finds where it is worth to look for one, in a tenth of the time: every digit becomes a zero.
_DIGITS_TO_ZERO = bytes.maketrans(b"123456789", b"0" * 9)
_MANY_ZEROS = b"0" * 19


@dataclass
class _Content:
    """What an envelope holds, or all there is where there is no envelope; `beside` are the fields around it."""

    text: msgspec.Raw
    beside: Mapping[str, msgspec.Raw]


def records_of(response: ApiResponse) -> Iterator[Record]:
    """The records of a list, one at a time: of the JSON array that the body is, or the one in its `data`.

    mParticle documents an envelope for most `/v1` lists and a bare array for audiences and `/platform/v2`, and real
    clients disagree, so both are read everywhere. An envelope whose `errors` is filled, a list with a sign that it goes
    on elsewhere, null, or a body that is no list of objects at all, raises `UnexpectedResponse` before the first
    record: it must not look like an empty list.
    """
    content = _content(response)
    objects = _objects(content.text, response)
    _require_whole(content, len(objects), response)
    return _each(objects, response)


def record_of(response: ApiResponse) -> Record:
    """The one record of a response about one thing: the JSON object that the body is, or the one in its `data`.

    `/v1` wraps a single entity in an array, `/platform/v2` sends it bare. Raises like `records_of`.
    """
    return _built(_record_text(response), response)


def records_inside(response: ApiResponse, field: str, carried: Sequence[str] = ()) -> Iterator[Record]:
    """The records in the list `field` of a single object, each with the object's `carried` fields added to it."""
    text = _record_text(response)
    whole = _built(text, response)
    records = whole.get(field)
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise errors.no_list(response.url)
    inner = _split(text, dict[str, msgspec.Raw], response)[field]
    if _names(memoryview(text).tobytes(), inner, response).count(field) > 1:
        raise errors.no_list(response.url)
    around = {name: value for name, value in whole.items() if name != field}
    if is_more(around, response.headers, len(records)):
        raise errors.partial_list(response.url)
    beside = {name: whole[name] for name in carried if name in whole}
    return (record | beside for record in records)


def _record_text(response: ApiResponse) -> msgspec.Raw:
    content = _content(response)
    if not _begins(content.text, "["):
        _require_whole(content, 1, response)
        return content.text
    objects = _objects(content.text, response)
    _require_whole(content, len(objects), response)
    if len(objects) != 1:
        raise errors.no_list(response.url)
    return objects[0]


def _content(response: ApiResponse) -> _Content:
    text = _split(response.body, msgspec.Raw, response)
    if not _begins(text, "{"):
        return _Content(text, {})
    fields = _split(text, dict[str, msgspec.Raw], response)
    held = fields.pop(_DATA, None)
    times = Counter(name.casefold() for name in _names(response.body, held, response))
    if any(count > 1 and (held or name in _ERRORS) for name, count in times.items()):
        # Of two values only the last would count.
        raise errors.no_list(response.url)
    for name, value in fields.items():
        if name.casefold() in (_ERRORS if held else _ERRORS - {"error"}):
            reported = _loaded(value, response)
            if reported:
                raise errors.errors_reported(response.url, reported, response.quoted)
    return _Content(held, fields) if held else _Content(text, {})


def _names(text: bytes | bytearray, value: msgspec.Raw | None, response: ApiResponse) -> list[str]:
    """The names of an object, as often as they come. A long `value` in it is passed over, and never copied."""
    if value is not None:
        long = memoryview(value)
        beginning = long[:_BEGINNING].tobytes()
        start = text.find(beginning)
        while not text.startswith(long, start):
            start = text.find(beginning, start + 1)
        text = text[:start] + b"null" + text[start + len(long) :]
    try:
        pairs = json.loads(text, object_pairs_hook=list, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        raise errors.no_list(response.url) from None
    return [name for name, _ in pairs]


def _require_whole(content: _Content, objects: int, response: ApiResponse) -> None:
    """Raise where an envelope or the headers say that the list goes on, or that an empty one is no answer."""
    beside = content.beside if not objects else {n: v for n, v in content.beside.items() if says_of_completeness(n)}
    loaded = {name: _loaded(text, response) for name, text in beside.items()}
    if is_more(loaded, response.headers, objects):
        raise errors.partial_list(response.url)
    if not objects and any(_is_refusal(name, value) for name, value in loaded.items()):
        # Beside a message, a status or a flag, an empty list may be a refusal in a form of its own.
        raise errors.no_list(response.url)


def _is_refusal(name: str, value: Any) -> bool:
    if name.casefold() in _TYPE:
        return not isinstance(value, str | None) or "error" in (value or "").casefold()
    if name.casefold() == _SUCCESS:
        return True
    # False and zero say that something failed, unless they count failures, or records, or say that there are no more.
    is_harmless = says_of_completeness(name) or _FAILURES.search(name.casefold())
    return bool(value) or (isinstance(value, int | float) and not is_harmless)


def _objects(content: msgspec.Raw, response: ApiResponse) -> list[msgspec.Raw]:
    if not _begins(content, "["):
        raise errors.no_list(response.url)
    objects = _split(content, list[msgspec.Raw], response)
    if not all(_begins(each, "{") for each in objects):
        raise errors.no_list(response.url)
    return objects


def _each(objects: list[msgspec.Raw], response: ApiResponse) -> Iterator[Record]:
    # The list is kept as text and each record built when it is needed: as objects it takes ten times the memory.
    for each in objects:
        yield _built(each, response)


def _built(content: msgspec.Raw, response: ApiResponse) -> Record:
    record = _loaded(content, response)
    if not isinstance(record, dict):
        raise errors.no_list(response.url)
    return record


def _begins(content: msgspec.Raw, bracket: str) -> bool:
    return memoryview(content)[0] == ord(bracket)


def _split(text: bytes | bytearray | msgspec.Raw, form: type[Split], response: ApiResponse) -> Split:
    try:
        return msgspec.json.decode(text, type=form)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise errors.no_list(response.url) from None


def _loaded(content: msgspec.Raw, response: ApiResponse) -> Any:
    text = memoryview(content).tobytes()
    try:
        if _MANY_ZEROS in text.translate(_DIGITS_TO_ZERO) and _LONG_NUMBER.search(text):
            return json.loads(text, parse_float=_finite)
        return orjson.loads(text)
    except (ValueError, RecursionError):
        # Without its cause, which quotes the body. What comes here is text that is not UTF-8, a number that no float
        # holds, or an object nested a thousand levels deep.
        raise errors.no_list(response.url) from None


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError
    return number
