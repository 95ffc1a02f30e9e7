"""Finds the records in an answer's body, whichever of its documented forms the body has."""

from collections.abc import Sequence
from typing import Any

import orjson

from source_mparticle.api import problems

Record = dict[str, Any]


def records_of(body: bytes, url: str) -> list[Record]:
    """The records of a list: the JSON array that the body is, or the one in its `data`.

    mParticle documents an envelope for most `/v1` lists and a bare array for audiences and `/platform/v2`, and real
    clients disagree, so both are read everywhere. An envelope whose `errors` is filled, or a body that is no list at
    all, raises `UnexpectedAnswer`: it must not look like an empty list.
    """
    content = _unwrapped(body, url)
    return _list(content if content is not None else [], url)


def record_of(body: bytes, url: str) -> Record:
    """The one record of an answer about one thing: the JSON object that the body is, or the one in its `data`.

    `/v1` wraps a single entity in an array, `/platform/v2` sends it bare. Raises like `records_of`.
    """
    content = _unwrapped(body, url)
    if isinstance(content, list) and len(content) == 1:
        content = content[0]
    if not isinstance(content, dict):
        raise problems.no_list(url)
    return content


def records_inside(body: bytes, url: str, field: str, carried: Sequence[str] = ()) -> list[Record]:
    """The records in the list `field` of a single object, each with the object's `carried` fields added to it."""
    whole = record_of(body, url)
    if field not in whole:
        raise problems.no_list(url)
    beside = {name: whole[name] for name in carried if name in whole}
    return [record | beside for record in _list(whole[field] or [], url)]


def _unwrapped(body: bytes, url: str) -> Any:
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        # Without its cause, which quotes the body.
        raise problems.no_list(url) from None
    if isinstance(content, dict):
        if content.get("errors"):
            raise problems.errors_reported(url, content["errors"])
        if "data" in content:
            return content["data"]
    return content


def _list(content: Any, url: str) -> list[Record]:
    if not isinstance(content, list) or not all(isinstance(record, dict) for record in content):
        raise problems.no_list(url)
    return content
