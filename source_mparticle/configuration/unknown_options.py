"""Warnings of unknown options: most are misspelt, and a misspelt option has no effect."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from source_mparticle.configuration.descriptions import LONGEST_SHOWN
from source_mparticle.configuration.options import option_at, option_paths


def unknown_option_warnings(config: Mapping[str, Any], spec: Mapping[str, Any]) -> list[str]:
    """A warning for each name in the configuration, or inside one of its objects, that is not an option."""
    return [_warning(path, spec) for path in _unknown(config, spec)]


def _unknown(given: Mapping[str, Any], spec: Mapping[str, Any], parent: str = "") -> Iterator[str]:
    for name, value in given.items():
        option = spec["properties"].get(name)
        # Names that begin with an underscore are Airbyte's own.
        if option is None and not name.startswith("_"):
            yield parent + name
        elif option and option["type"] == "object" and isinstance(value, Mapping):
            yield from _unknown(value, option, f"{parent}{name}.")


def _warning(path: str, spec: Mapping[str, Any]) -> str:
    titles = {".".join(known): option_at(known, spec)["title"] for known in option_paths(spec)}
    nearest = _nearest(path, list(titles))
    meant = f": did you mean {titles[nearest]} (`{nearest}`)?" if nearest else "."
    shown = path if len(path) <= LONGEST_SHOWN else f"{path[:LONGEST_SHOWN]}…"
    return f"The configuration holds `{shown}`, which is not an option and has no effect{meant}"


def _nearest(path: str, known: list[str]) -> str | None:
    parent, _, name = path.rpartition(".")
    beside = {each.rpartition(".")[2]: each for each in known if each.rpartition(".")[0] == parent}
    # First a name that is almost right, then the right name in the wrong place, then one that is similar.
    almost = [beside[each] for each in get_close_matches(name, beside, n=1, cutoff=0.9)]
    elsewhere = [each for each in known if each.rpartition(".")[2] == name]
    similar = [beside[each] for each in get_close_matches(name, beside, n=1)]
    return next(iter([*almost, *elsewhere, *similar]), None)
