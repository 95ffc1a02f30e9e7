"""Finds the records in a list's body, whichever of its documented forms the body has."""

from typing import Any

import orjson

from source_mparticle.api import problems


def records_of(body: bytes, url: str) -> list[dict[str, Any]]:
    """The records of a list: the JSON array that the body is, or the one in its `data`.

    mParticle documents an envelope for most `/v1` lists and a bare array for audiences and `/platform/v2`, and real
    clients disagree, so both are read everywhere. An envelope whose `errors` is filled, or a body that is no list at
    all, raises `UnexpectedAnswer`: it must not look like an empty list.
    """
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        # Without its cause, which quotes the body.
        raise problems.no_list(url) from None
    if isinstance(content, dict):
        if content.get("errors"):
            raise problems.errors_reported(url, content["errors"])
        if "data" in content:
            content = content["data"] or []
    if not isinstance(content, list) or not all(isinstance(record, dict) for record in content):
        raise problems.no_list(url)
    return content
