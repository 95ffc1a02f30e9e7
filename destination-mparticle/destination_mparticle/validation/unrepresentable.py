"""Find odd values: those that were read from a record and that JSON cannot represent."""

from collections.abc import Collection, Iterator
from typing import Any, Final, NamedTuple

from destination_mparticle.json_reading import MAX_DEPTH, TOO_DEEP, TOO_LONG, Unrepresentable
from destination_mparticle.mparticle.limits import INT64_MIN
from destination_mparticle.validation.reasons import Reason, Rejection

_UINT64_MAX: Final = 2**64 - 1
_NOT_UNICODE: Final = "Text must be valid Unicode."

_Path = tuple[str | int, ...]


class OddValue(NamedTuple):
    """An odd value: its path, and what is wrong with it."""

    path: _Path
    why: str


def reject_unrepresentable(value: Any, names: Collection[str]) -> None:
    """Raise a `Rejection` for the first odd value.

    Its field is the path of that value as far as it consists of `names`: other names may be content.
    """
    found = find_unrepresentable(value)
    if found is not None:
        raise Rejection(Reason.BAD_VALUE, _field(found.path, names), found.why)


def find_unrepresentable(value: Any, *, integers: bool = True) -> OddValue | None:
    """Return the first odd value, or None. Without `integers`, those beyond 64 bits do not count as odd."""
    waiting: list[tuple[_Path, Any]] = [((), value)]
    while waiting:
        path, current = waiting.pop()
        too_deep = len(path) >= MAX_DEPTH and isinstance(current, (dict, list))
        why = TOO_DEEP if too_deep else _oddity(current, integers=integers)
        if why:
            return OddValue(path, why)
        inner = list(_inner(current))
        if isinstance(current, dict) and any(_is_not_unicode(name) for name, _ in inner):
            return OddValue(path, _NOT_UNICODE)
        waiting += [((*path, step), below) for step, below in reversed(inner)]
    return None


def _inner(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)


def _oddity(value: Any, *, integers: bool) -> str:
    if isinstance(value, Unrepresentable):
        return value.why
    if isinstance(value, str):
        return _NOT_UNICODE if _is_not_unicode(value) else ""
    return TOO_LONG if integers and isinstance(value, int) and not INT64_MIN <= value <= _UINT64_MAX else ""


def _is_not_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _field(path: _Path, names: Collection[str]) -> str:
    field = ""
    for step in path:
        if isinstance(step, int):
            field += f"[{step}]"
        elif step in names and not _is_not_unicode(step):
            field += f".{step}" if field else step
        else:
            break
    return field
