"""Mask the keys and secrets in a record, deep inside it.

A path is a list of names; `*` stands for every element of a list.
"""

from collections.abc import Sequence
from typing import Any

MASK = "********"


def mask_at(record: dict[str, Any], path: Sequence[str]) -> None:
    """Put the mask in place of what is at `path`.

    Null stays null, because it says that there is nothing to hide. A value of another form than the path says is masked
    as a whole, and names match in any case: masking too much is better than showing a key.
    """
    name, rest = path[0], path[1:]
    for key in [key for key in record if key.casefold() == name]:
        record[key] = _masked(record[key], rest)


def _masked(value: Any, path: Sequence[str]) -> Any:
    if value is None:
        return None
    if not path:
        return MASK
    if path[0] == "*":
        return [_masked(element, path[1:]) for element in value] if isinstance(value, list) else MASK
    if not isinstance(value, dict):
        return MASK
    mask_at(value, path)
    return value
