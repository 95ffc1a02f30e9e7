"""Normalization: what counts as left out, and which spellings of a value mean the same."""

from collections.abc import Mapping
from typing import Any


def normalized(config: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration without what is left out: null, empty text and empty lists of optional options, at any depth.

    A form may send these for fields that nobody filled in. A whole number written as 2.0 becomes 2. Everything else
    stays as it is, wrong values too.
    """
    required = spec.get("required", ())
    kept = {}
    for name, value in config.items():
        option = spec["properties"].get(name)
        if option is None:
            kept[name] = value
        elif name in required or not _is_left_out(value, option):
            kept[name] = _plain(value, option)
    return kept


def with_defaults(config: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
    """A valid configuration, normalized and with what was left out filled in, as the manifest's rules do it."""
    defaults = {name: option["default"] for name, option in spec["properties"].items() if "default" in option}
    complete = defaults | normalized(config, spec)
    return complete | {"api_url": complete["api_url"].rstrip("/")}


def _is_left_out(value: Any, option: Mapping[str, Any]) -> bool:
    if option["type"] == "object" and value == []:
        # Some tools cannot tell an empty list from an empty object.
        return True
    return value is None or value == "" or (option["type"] == "array" and value == [])


def _plain(value: Any, option: Mapping[str, Any]) -> Any:
    if option["type"] == "object" and isinstance(value, Mapping):
        return normalized(value, option)
    if option["type"] == "integer" and isinstance(value, float) and value.is_integer():
        return int(value)
    return value
