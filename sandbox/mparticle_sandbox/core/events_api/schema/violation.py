"""How a value violates the schema, and where."""

import json
from typing import Any, NamedTuple

JsonPath = tuple[str | int, ...]


class Violation(NamedTuple):
    """`what` is `value`, `missing`, `unknown` or `many`; `path` leads from the checked value to the offending one.

    `cause` is what mParticle's JSON reader says; for `missing` and `many` the reader finds nothing wrong and `cause` is
    a sentence or empty.
    """

    what: str
    cause: str
    path: JsonPath = ()

    def under(self, key: str | int) -> "Violation":
        """Return the same violation, as seen from the object or list that holds the checked value under `key`."""
        return self._replace(path=(key, *self.path))


def missing(name: str) -> Violation:
    """Return the violation of an object that lacks a field."""
    return Violation("missing", "", (name,))


def wrong(value: Any, expected: str, type_name: str) -> Violation:
    """Return the violation of a value where the reader expected another: it meets a bracket, or cannot convert it."""
    if isinstance(value, (dict, list)):
        token = "StartObject" if isinstance(value, dict) else "StartArray"
        return Violation("value", f"Error reading {expected}. Unexpected token: {token}.")
    return Violation("value", f"Error converting value {_shown(value)} to type '{type_name}'.")


def _shown(value: Any) -> str:
    if value is None:
        return "{null}"
    if isinstance(value, str):
        return f'"{value}"'
    return str(value) if isinstance(value, bool) else json.dumps(value)
