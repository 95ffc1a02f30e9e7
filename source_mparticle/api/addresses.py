"""Makes the address of a resource out of a pattern and values that come from mParticle."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from source_mparticle.api import problems

_BRACES = re.compile(r"\{(\w+)\}")
_STEPS = frozenset({"", ".", ".."})


def filled(pattern: str, value_of: Callable[[str], Any]) -> str:
    """The path with every `{name}` replaced by the value of that name, percent-encoded as one segment.

    A module named `C#` is asked for as `C%23`. A value that is neither text nor a whole number, or that would lead
    elsewhere as a segment, raises `UnexpectedAnswer`.
    """
    return _BRACES.sub(lambda braces: _segment(braces[1], value_of(braces[1]), pattern), pattern)


def value_in(partition: Mapping[str, Any], name: str) -> Any:
    """The value of this name in a partition or in the one that it is part of; None where neither has it."""
    within: Any = partition
    while isinstance(within, Mapping):
        if name in within:
            return within[name]
        within = within.get("parent_slice")
    return None


def _segment(name: str, value: Any, pattern: str) -> str:
    whole_or_text = isinstance(value, (str, int)) and not isinstance(value, bool)
    if not whole_or_text or str(value) in _STEPS:
        raise problems.no_segment(name, pattern)
    return quote(str(value), safe="")
