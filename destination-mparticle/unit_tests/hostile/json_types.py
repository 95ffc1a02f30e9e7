"""One value of each JSON type, and variations of a document in which one part is such a value or is missing."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

_MISSING: Final = object()

JSON_TYPES: Final[dict[str, Any]] = {
    "null": None,
    "true": True,
    "zero": 0,
    "a negative number": -1,
    "a fraction": 1.5,
    "a number beyond 64 bits": 10**30,
    "a number beyond floats": float("inf"),
    "empty text": "",
    "blanks": " \t",
    "NUL": "\x00",
    "text": "very-private",
    "long text": "x" * 100_000,
    "an empty list": [],
    "a list of null": [None],
    "a list of lists": [[]],
    "a list of text": ["very-private"],
    "an empty object": {},
    "an object": {"very-private": 1},
    "an object without a name": {"": [{}]},
}


def variations(document: Any) -> Iterator[Any]:
    """Yield every document in which one part has another type or is missing."""
    for path in _paths(document, ()):
        for value in JSON_TYPES.values():
            yield _replaced(document, path, value)
        if path:
            yield _replaced(document, path, _MISSING)


def _paths(part: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    yield path
    members = part.items() if isinstance(part, Mapping) else enumerate(part) if isinstance(part, list) else ()
    for name, inner in members:
        yield from _paths(inner, (*path, name))


def _replaced(part: Any, path: tuple[str | int, ...], value: Any) -> Any:
    if not path:
        return value
    step, *rest = path
    copy: Any = dict(part) if isinstance(part, Mapping) else list(part)
    if not rest and value is _MISSING:
        del copy[step]
    else:
        copy[step] = _replaced(part[step], tuple(rest), value)
    return copy
