"""The options of a sync, with the names that the form gives them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from source_mparticle.configuration.validation import titled


@dataclass(frozen=True)
class Options:
    """What is configured, and the connection specification that describes it."""

    config: Mapping[str, Any]
    specification: Mapping[str, Any]

    def named(self, path: str) -> str:
        """An option by its title and its key, as in "API URL (`api_url`)"; `path` is dotted. The key where untitled."""
        try:
            return titled(tuple(path.split(".")), self.specification)
        except KeyError:
            # A saved state may name an option of another version.
            return f"`{path}`"
