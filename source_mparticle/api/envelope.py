"""Finds the records in a response's body, whichever of its documented forms the body has."""

import json
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import msgspec
import orjson

from source_mparticle.api import errors
from source_mparticle.api.response import ApiResponse

Record = dict[str, Any]
Split = TypeVar("Split")

# The fields of an envelope as documented, those that report errors, and those that other APIs use for the next page.
# All in lower case, because services differ in that.
_ENVELOPE = frozenset({"data", "datatype", "data_type", "errors"})
_ERRORS = frozenset({"errors", "error"})
_MORE = frozenset({"next", "nextpage", "next_page", "nextpagetoken", "next_page_token", "hasmore", "has_more"})
# May be a whole number beyond 64 bits, which orjson would turn into a float.
_LONG_NUMBER = re.compile(rb"-[0-9]{19}|[0-9]{20}")


def records_of(response: ApiResponse) -> Iterator[Record]:
    """The records of a list, one at a time: of the JSON array that the body is, or the one in its `data`.

    mParticle documents an envelope for most `/v1` lists and a bare array for audiences and `/platform/v2`, and real
    clients disagree, so both are read everywhere. An envelope whose `errors` is filled, null, or a body that is no list
    of objects at all, raises `UnexpectedResponse` before the first record: it must not look like an empty list.
    """
    return _each(_objects(_content(response), response), response)


def record_of(response: ApiResponse) -> Record:
    """The one record of a response about one thing: the JSON object that the body is, or the one in its `data`.

    `/v1` wraps a single entity in an array, `/platform/v2` sends it bare. Raises like `records_of`.
    """
    content = _content(response)
    if _begins(content, "["):
        objects = _objects(content, response)
        if len(objects) != 1:
            raise errors.no_list(response.url)
        content = objects[0]
    return _built(content, response)


def records_inside(response: ApiResponse, field: str, carried: Sequence[str] = ()) -> Iterator[Record]:
    """The records in the list `field` of a single object, each with the object's `carried` fields added to it."""
    whole = record_of(response)
    records = whole.get(field)
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise errors.no_list(response.url)
    beside = {name: whole[name] for name in carried if name in whole}
    return (record | beside for record in records)


def _content(response: ApiResponse) -> msgspec.Raw:
    """What the envelope holds, or all there is where there is no envelope."""
    content = _split(response.body, msgspec.Raw, response)
    if not _begins(content, "{"):
        return content
    fields = _split(content, dict[str, msgspec.Raw], response)
    is_envelope = "data" in fields
    signs = _ERRORS | _MORE if is_envelope else _ERRORS - {"error"}
    found = {name: _loaded(text, response) for name, text in fields.items() if name.casefold() in signs}
    for name, value in found.items():
        if value and name.casefold() in _ERRORS:
            raise errors.errors_reported(response.url, value, response.quoted)
    if any(found.values()):
        raise errors.partial_list(response.url)
    if is_envelope and _is_empty(fields["data"]):
        beside = {name.casefold(): _loaded(text, response) for name, text in fields.items()}
        if any(name not in _ENVELOPE and (value or name == "success") for name, value in beside.items()):
            # Beside a message, a status or a flag, an empty list may be a refusal in a form of its own.
            raise errors.no_list(response.url)
    return fields.get("data", content)


def _is_empty(content: msgspec.Raw) -> bool:
    return _begins(content, "[") and not memoryview(content)[1:-1].tobytes().strip()


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
    view = memoryview(content)
    try:
        if _LONG_NUMBER.search(view):
            return json.loads(bytes(view), parse_float=_finite)
        return orjson.loads(view)
    except (ValueError, RecursionError):
        # Without its cause, which quotes the body. What comes here is text that is not UTF-8, a number that no float
        # holds, or an object nested a thousand levels deep.
        raise errors.no_list(response.url) from None


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError
    return number
