"""Hides what gives access to somebody's system."""

from typing import Any

MASK = "********"


def masked(value: Any) -> Any:
    """The mask in place of a value; null stays null, because it says that there is nothing to hide."""
    return None if value is None else MASK
