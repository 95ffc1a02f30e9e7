"""What a check found wrong with a value, and where."""

import json
from typing import Any, NamedTuple

Place = tuple[str | int, ...]


class Finding(NamedTuple):
    """`what` is `value`, `missing`, `unknown` or `many`; `place` leads from the checked value to the offending one.

    `cause` is what mParticle's JSON reader says; for `missing` and `many` the reader finds nothing wrong and `cause` is
    a sentence or empty.
    """

    what: str
    cause: str
    place: Place = ()

    def under(self, key: str | int) -> "Finding":
        """Return the same finding, seen from the object or list that holds the checked value under `key`."""
        return self._replace(place=(key, *self.place))


def missing(name: str) -> Finding:
    """Return the finding that an object lacks a field."""
    return Finding("missing", "", (name,))


def wrong(value: Any, expected: str, type_name: str) -> Finding:
    """Return the finding that the reader expected something else: it stumbles over a bracket, or cannot convert."""
    if isinstance(value, (dict, list)):
        token = "StartObject" if isinstance(value, dict) else "StartArray"
        return Finding("value", f"Error reading {expected}. Unexpected token: {token}.")
    return Finding("value", f"Error converting value {_shown(value)} to type '{type_name}'.")


def _shown(value: Any) -> str:
    if value is None:
        return "{null}"
    if isinstance(value, str):
        return f'"{value}"'
    return str(value) if isinstance(value, bool) else json.dumps(value)
