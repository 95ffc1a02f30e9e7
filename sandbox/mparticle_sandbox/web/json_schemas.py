"""The JSON Schemas of the bodies that several routes share, and of dataclasses."""

import types
from collections import Counter
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Union, get_args, get_origin, get_type_hints

from mparticle_sandbox.web.operation import Schema

OBJECT: Schema = {"type": "object"}
ITEMS: Schema = {"type": "array", "items": OBJECT}
TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}

_ERROR: Schema = {
    "type": "object",
    "properties": {"code": TEXT, "message": TEXT},
    "required": ["code", "message"],
    "additionalProperties": False,
}
ERRORS: Schema = {"type": "array", "items": _ERROR, "minItems": 1}


def record(**properties: Schema) -> Schema:
    """Return the schema of an object with exactly these properties."""
    return {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}


def open_record(**properties: Schema) -> Schema:
    """Return the schema of an object with these properties, where others are let through."""
    return {**record(**properties), "additionalProperties": True}


def envelope_schema(type_key: str, *, has_failed: bool = False) -> Schema:
    """Return the schema of the `/v1` envelope, with the key that its type has; with `errors` where it has failed."""
    errors: Schema = ERRORS if has_failed else {"type": "null"}
    return record(data=ITEMS, errors=errors, **{type_key: TEXT})


def list_schema(type_key: str) -> Schema:
    """Return the schema of a list that a setting can show as an array, in an envelope, or as failed with 200."""
    return {"oneOf": [ITEMS, envelope_schema(type_key), envelope_schema(type_key, has_failed=True)]}


def dataclass_schema(kind: type, narrower: Mapping[str, Schema] | None = None, *, partial: bool = False) -> Schema:
    """Return the schema of a dataclass as JSON.

    `narrower` adds to single fields what their types do not say; of a `partial` one, no field is required.
    """
    hints = get_type_hints(kind)
    properties = {
        each.name: _of_type(hints[each.name], partial=partial) | (narrower or {}).get(each.name, {})
        for each in fields(kind)
    }
    schema = record(**properties)
    return {name: part for name, part in schema.items() if name != "required"} if partial else schema


_SIMPLE: dict[Any, Schema] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: TEXT,
    type(None): {"type": "null"},
    Any: {},
}


def _of_type(hint: Any, *, partial: bool) -> Schema:
    if hint in _SIMPLE:
        return _SIMPLE[hint]
    if is_dataclass(hint) and isinstance(hint, type):
        return dataclass_schema(hint, partial=partial)
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return {"anyOf": [_of_type(each, partial=partial) for each in inner]}
    if origin is Counter:
        return {"type": "object", "additionalProperties": COUNT}
    if origin is dict:
        return {"type": "object", "additionalProperties": _of_type(inner[1], partial=partial)}
    if origin is tuple:
        return {"type": "array", "items": _of_type(inner[0], partial=partial)}
    raise TypeError(f"No JSON Schema is known for {hint}.")
