"""What a converter takes, in words and as JSON schema.

Each converter declares it once, where it is defined; `discover` and the documentation are made from it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

Convert = Callable[[Any, str], Any]
"""Takes a value and the field's name, returns the value to send, or raises a `Rejection`."""

_C = TypeVar("_C", bound=Convert)


@dataclass(frozen=True)
class Kind:
    """What a converter takes: `words` for people, JSON schema's `types`, and `keywords` beside the type.

    Values of the types `as_they_are` it returns as they are.
    """

    words: str
    types: tuple[str, ...]
    keywords: Mapping[str, Any]
    as_they_are: frozenset[type]

    def json_schema(self, *, nullable: bool = True) -> dict[str, Any]:
        """Return the JSON schema of a column that holds such values."""
        names = [*self.types, "null"] if nullable else list(self.types)
        return {"type": names if len(names) > 1 else names[0], **self.keywords}


_KINDS: Final[dict[Convert, Kind]] = {}


def takes(words: str, *types: str, as_they_are: Iterable[type] = (), **keywords: Any) -> Callable[[_C], _C]:
    """Declare what a converter takes: in words, as types of JSON schema, and as further keywords of JSON schema."""

    def declare(convert: _C) -> _C:
        _KINDS[convert] = Kind(words, types, keywords, frozenset(as_they_are))
        return convert

    return declare


def kind_of(convert: Convert) -> Kind:
    """Return what a converter takes. Raises `TypeError` for one that does not declare it."""
    if convert not in _KINDS:
        raise TypeError(f"The converter {convert} does not declare what it takes.")
    return _KINDS[convert]
