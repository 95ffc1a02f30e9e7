"""Changes values deep inside a record."""

from collections.abc import Callable, Sequence
from typing import Any


def replace_at(record: Any, path: Sequence[str], change: Callable[[Any], Any]) -> None:
    """Replace what is at `path` by `change` of it, in place; `*` stands for every element of a list.

    A path that leads nowhere is left alone: a record may lack any field.
    """
    key, rest = path[0], path[1:]
    if key == "*":
        for element in record if isinstance(record, list) else ():
            replace_at(element, rest, change)
    elif isinstance(record, dict) and key in record:
        if rest:
            replace_at(record[key], rest, change)
        else:
            record[key] = change(record[key])
