"""Turn a record's value into what mParticle stores, or reject the record.

Every function takes the value and the field's name, returns the value to send, and raises a `Rejection` whose text
does not contain the value. Numbers and booleans are also accepted as text, since warehouses hand them over that way.
"""

import math
import re
from decimal import Decimal
from typing import Any, Final

import orjson

from destination_mparticle.conversion import timestamps
from destination_mparticle.conversion.kinds import Convert, takes
from destination_mparticle.json_reading import Unrepresentable, loads_strictly
from destination_mparticle.json_writing import canonical_json, exact_json, whole
from destination_mparticle.mparticle import limits
from destination_mparticle.validation.blank_text import strip_blanks
from destination_mparticle.validation.reasons import Reason, Rejection
from destination_mparticle.validation.unrepresentable import find_unrepresentable

_UUID: Final = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
_SCALARS: Final = (str, int, float, bool)
_TRUE: Final = frozenset(("true", "1"))
_FALSE: Final = frozenset(("false", "0"))
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?")
_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.0*)?")
_EXACT_FLOAT: Final = 2**53


@takes("anything, as text", "string", as_they_are=[str])
def as_text(value: Any, field: str = "") -> str:
    """Any JSON value as text: text stays, numbers and booleans as in JSON, nested values as canonical JSON.

    A whole number loses its point, and an integer keeps every digit.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, (dict, list, Unrepresentable)):
        return _nested_text(value, field)
    return orjson.dumps(whole(value) if isinstance(value, float) else value).decode()


def _nested_text(value: Any, field: str) -> str:
    try:
        return canonical_json(value).decode()
    except TypeError:
        found = find_unrepresentable(value, integers=False)
        if found is None:
            return exact_json(value).decode()
        raise Rejection(Reason.BAD_VALUE, field, found.why) from None


@takes("text", "string", as_they_are=[str])
def to_text(value: Any, field: str) -> str:
    """Text where mParticle insists on text."""
    if isinstance(value, (dict, list)):
        raise Rejection(Reason.BAD_VALUE, field, "Text is expected, not a nested value.")
    return as_text(value, field)


@takes("true or false, or text", "boolean", "string", as_they_are=[bool, str])
def to_boolean_or_text(value: Any, field: str) -> str | bool:
    """Return a boolean as it is, anything else as text."""
    return value if isinstance(value, bool) else to_text(value, field)


@takes("text or a whole number", "string")
def to_identity(value: Any, field: str) -> str | None:
    """Return an identity as text without blanks around it. Blank text is no identity."""
    if isinstance(value, float):
        value = whole(value)
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise Rejection(Reason.BAD_VALUE, field, "An identity must be text or a whole number.")
    return strip_blanks(str(value)) or None


@takes("text, a number or a boolean", "string", "number", "boolean", as_they_are=_SCALARS)
def to_attribute(value: Any, field: str) -> Any:
    """Return a scalar as it is, a nested value as JSON text."""
    return _json_text(value, field) if isinstance(value, (dict, list)) else value


@takes("text, a number, a boolean or a list of them", "string", "number", "boolean", "array", as_they_are=_SCALARS)
def to_user_attribute(value: Any, field: str) -> Any:
    """Return a scalar or a list of scalars as it is, anything else as JSON text."""
    if isinstance(value, list) and not any(isinstance(entry, (dict, list)) for entry in value):
        return value
    return to_attribute(value, field)


def _json_text(value: Any, field: str) -> str:
    text = as_text(value, field)
    if len(text) > limits.VALUE_CHARACTERS:
        raise Rejection(
            Reason.VALUE_TOO_LONG,
            field,
            f"As JSON text the value is longer than {limits.VALUE_CHARACTERS} characters, and cannot be truncated.",
        )
    return text


@takes("a number", "number", as_they_are=[int, float])
def to_number(value: Any, field: str) -> int | float:
    """Return a number, also from text."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    # Stricter than Python, which reads `1_000` and the digits of every script.
    text = value.strip() if isinstance(value, str) else ""
    number = Decimal(text) if _NUMBER.fullmatch(text) else None
    if number is None or not math.isfinite(float(number)):
        raise Rejection(Reason.BAD_VALUE, field, "A number is expected.")
    return _exact(number)


def _exact(number: Decimal) -> int | float:
    """Return a whole number as an integer (never by way of a float), any other as a float."""
    if number == number.to_integral_value() and abs(number) <= limits.INT64_MAX:
        return int(number)
    return float(number)


@takes("a whole number of 64 bits", "integer")
def to_integer(value: Any, field: str) -> int:
    """Return a signed 64-bit integer, also from text, never by way of a float."""
    if isinstance(value, str) and not _INTEGER.fullmatch(value.strip()):
        raise Rejection(Reason.BAD_VALUE, field, "A whole number is expected.")
    number = to_number(value, field)
    if isinstance(number, float):
        if not number.is_integer() or abs(number) >= _EXACT_FLOAT:
            raise Rejection(Reason.BAD_VALUE, field, "A whole number is expected.")
        number = int(number)
    if not limits.INT64_MIN <= number <= limits.INT64_MAX:
        raise Rejection(Reason.BAD_VALUE, field, "The number does not fit 64 bits.")
    return number


@takes("a positive whole number", "integer", "string")
def to_entity_id(value: Any, field: str) -> str:
    """Return the id of something in mParticle, a positive whole number, as the text that goes into an address."""
    number = to_integer(value, field)
    if number <= 0:
        raise Rejection(Reason.BAD_VALUE, field, "An id must be a positive whole number.")
    return str(number)


@takes("true or false", "boolean")
def to_boolean(value: Any, field: str) -> bool:
    """Return a boolean, also from the text true or false, or from 1 or 0."""
    text = as_text(value, field).strip().lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise Rejection(Reason.BAD_VALUE, field, "True or false is expected.")


@takes("a UUID", "string")
def to_uuid(value: Any, field: str) -> str | None:
    """Return a UUID in the 8-4-4-4-12 form, without blanks around it. Blank text is none."""
    found = strip_blanks(value) if isinstance(value, str) else value
    if found == "":
        return None
    if not isinstance(found, str) or not _UUID.fullmatch(found):
        raise Rejection(Reason.BAD_VALUE, field, "A UUID (8-4-4-4-12 hexadecimal digits) is expected.")
    return found


@takes("a time", "string", "integer")
def to_timestamp(value: Any, field: str) -> int:
    """Epoch milliseconds."""
    try:
        return timestamps.milliseconds(value)
    except ValueError as refusal:
        raise Rejection(Reason.BAD_TIMESTAMP, field, str(refusal)) from None


@takes("a list of names, JSON text of one, or a single name", "array", items={"type": "string"})
def to_names(value: Any, field: str) -> list[str]:
    """Return a list of names: a list, JSON text of one, or a single name."""
    if isinstance(value, str):
        value = from_json(value, field) if value.lstrip().startswith("[") else [value]
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise Rejection(Reason.BAD_VALUE, field, "A list of names is expected.")
    return [name for name in value if name]


def choice(allowed: frozenset[str], aliases: dict[str, str] | None = None) -> Convert:
    """Return a converter for one of a set of words, whatever their case."""
    by_lower = {word.lower(): word for word in allowed} | (aliases or {})

    @takes(f"one of {', '.join(f'`{word}`' for word in sorted(allowed))}", "string")
    def convert(value: Any, field: str) -> str:
        found = by_lower.get(value.strip().lower()) if isinstance(value, str) else None
        if found is None:
            raise Rejection(Reason.BAD_VALUE, field, f"One of {', '.join(sorted(allowed))} is expected.")
        return found

    return convert


def mapping_of(convert: Convert) -> Convert:
    """Return a converter for an object, or JSON text of one, whose values go through `convert`; nulls are left out."""

    @takes("an object, or JSON text of one", "object", additionalProperties=True)
    def convert_all(value: Any, field: str) -> dict[str, Any]:
        found = from_json(value, field)
        if not isinstance(found, dict):
            raise Rejection(Reason.BAD_VALUE, field, "An object is expected.")
        converted = {name: convert(inner, field) for name, inner in found.items() if inner is not None}
        return {name: inner for name, inner in converted.items() if inner is not None}

    return convert_all


def from_json(value: Any, field: str) -> Any:
    """Return the value itself, or what its text says if it is JSON text."""
    if not isinstance(value, str):
        return value
    try:
        return loads_strictly(value.encode())
    except ValueError:
        raise Rejection(Reason.BAD_VALUE, field, "A nested value or JSON text is expected.") from None
