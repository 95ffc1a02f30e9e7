"""The columns of the streams: each is declared once, and makes both a row's value and its part of the JSON schema."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from source_mparticle_exports.records import values

Row = dict[str, Any]

_SCHEMAS: Final[Mapping[Callable[[Any], Any], dict[str, Any]]] = {
    values.text: {"type": ["null", "string"]},
    values.text_or_json: {"type": ["null", "string"]},
    values.number: {"type": ["null", "number"]},
    values.integer: {"type": ["null", "integer"]},
    values.boolean: {"type": ["null", "boolean"]},
    values.timestamp: {
        "type": ["null", "string"],
        "format": "date-time",
        "airbyte_type": "timestamp_with_timezone",
    },
    values.mapping: {"type": ["null", "object"], "additionalProperties": True},
    values.array: {"type": ["null", "array"], "items": {}},
}


@dataclass(frozen=True)
class Column:
    """One column: its name in the table, how its value is read, and the property it is read from."""

    name: str
    read: Callable[[Any], Any] = values.text
    origin: str = ""
    """The name in mParticle's JSON, where the column is called differently."""


def taker(*columns: Column) -> Callable[[Mapping[str, Any]], Row]:
    """Return what takes from an object the columns that it has a readable value for.

    Absent, null and unreadable ones are left out. It runs several times for each row, so all that is the same for each
    is found out here.
    """
    steps = tuple((each.origin or each.name, each.name, each.read, each.read is values.text) for each in columns)

    def take(data: Mapping[str, Any]) -> Row:
        row: Row = {}
        for origin, name, read, is_text in steps:
            if origin in data:
                found = data[origin]
                if is_text and isinstance(found, str):
                    row[name] = found
                elif found is not None and (value := read(found)) is not None:
                    row[name] = value
        return row

    return take


def json_schema(columns: Iterable[Column]) -> dict[str, Any]:
    """Return the JSON schema of a stream. Columns without a value are left out of its rows."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "additionalProperties": True,
        "properties": {column.name: _SCHEMAS[column.read] for column in columns},
    }
