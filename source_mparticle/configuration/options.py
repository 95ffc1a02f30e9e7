"""The options that the connection specification declares: found by their path, listed in the order of the form, named.

A path is the keys that lead to an option, such as `("profiles", "workspace_id")`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Path = tuple[str, ...]
# A shorter one is part of any sentence.
SHORTEST_MASKED = 4


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


def titled(path: Path, spec: Mapping[str, Any]) -> str:
    """How messages name an option: "Workspace ID (`profiles.workspace_id`)"."""
    return f"{option_at(path, spec)['title']} (`{'.'.join(path)}`)"


def option_at(path: Path, spec: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of an option. Raises `KeyError` where there is none."""
    option = spec
    for name in path:
        option = option["properties"][name]
    return option


def option_paths(spec: Mapping[str, Any], parent: Path = ()) -> Iterator[Path]:
    """The paths of all options in the order of the form, those of an object after the object."""
    for name, option in sorted(spec["properties"].items(), key=lambda each: int(each[1]["order"])):
        yield (*parent, name)
        if option["type"] == "object":
            yield from option_paths(option, (*parent, name))


def secrets_in(config: Mapping[str, Any], spec: Mapping[str, Any]) -> list[str]:
    """The configured values that the specification calls secret and that are long enough to be masked."""
    secret_paths = (path for path in option_paths(spec) if option_at(path, spec).get("airbyte_secret"))
    values = (str(_value_at(path, config)) for path in secret_paths)
    return [value for value in values if len(value.strip()) >= SHORTEST_MASKED]


def _value_at(path: Path, config: Mapping[str, Any]) -> Any:
    value: Any = config
    for name in path:
        value = value.get(name, "") if isinstance(value, Mapping) else ""
    return value
