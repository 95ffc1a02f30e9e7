"""The options as `spec.json` declares them: their titles, the errors in a configuration, and which are secret.

A message names an option twice: as Airbyte's form titles it, and as a configuration file spells it. It never repeats a
value, since values may be secrets.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from destination_mparticle.addresses import unencrypted_addresses
from destination_mparticle.mapping.findings import did_you_mean, nearest

if TYPE_CHECKING:
    from jsonschema import ValidationError

_TYPES: Final = {
    "string": "text (in quotes)",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a group of options",
}


@cache
def specification() -> dict[str, Any]:
    """Return the connector's specification, as `spec` prints it."""
    text = resources.files("destination_mparticle").joinpath("spec.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def option(*path: str | int) -> str:
    """Name an option: ``API Key (`api_key`)``. Steps into a list are positions, counted from zero."""
    return ", ".join(_names(path))


def inner_option(*path: str | int) -> str:
    """Name an option without the groups that it is in, for a sentence that begins with them."""
    return _names(path)[-1]


def _names(path: tuple[str | int, ...]) -> list[str]:
    schema: Mapping[str, Any] = specification()["connectionSpecification"]
    names = []
    for step in path:
        if isinstance(step, int):
            schema = schema["items"]
            names.append(f"item {step + 1}")
        else:
            schema = _property(schema, step)
            names.append(f"{schema['title']} (`{step}`)")
    return names


def _property(schema: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(
        part["properties"][name] for part in (schema, *schema.get("oneOf", ())) if name in part.get("properties", {})
    )
    return found


def without_nulls(raw: Any) -> Any:
    """Leave out options that are null and groups that are empty: forms send them for what was not filled in."""
    if isinstance(raw, list):
        return [without_nulls(entry) for entry in raw]
    if not isinstance(raw, Mapping):
        return raw
    kept = {name: without_nulls(value) for name, value in raw.items()}
    return {name: value for name, value in kept.items() if value is not None and value != {}}


def option_errors(raw: Mapping[str, Any]) -> list[str]:
    """Return one sentence for everything in a configuration that the specification forbids."""
    # Only here: a `spec` validates nothing.
    from jsonschema import Draft7Validator  # noqa: PLC0415

    schema = specification()["connectionSpecification"]
    found = [sentence for error in Draft7Validator(schema).iter_errors(raw) for sentence in _sentences(error)]
    unencrypted = (f"{option(*path)} {_rule('pattern', None, _schema(path))}." for path in unencrypted_addresses(raw))
    return list(dict.fromkeys((*found, *unencrypted)))


def _schema(path: tuple[str, ...]) -> Mapping[str, Any]:
    schema: Mapping[str, Any] = specification()["connectionSpecification"]
    for step in path:
        schema = _property(schema, step)
    return schema


def _sentences(error: "ValidationError") -> Iterator[str]:
    path = tuple(error.absolute_path)
    expected: Any = error.validator_value
    instance: Any = error.instance
    if error.validator == "oneOf":
        yield from _branch_sentences(error, path)
    elif error.validator == "required":
        yield from (f"{option(*path, name)} is missing." for name in expected if name not in instance)
    else:
        yield f"{option(*path)} {_rule(str(error.validator), expected, error.schema)}."


def _rule(validator: str, expected: Any, schema: Any) -> str:
    if validator == "enum":
        return f"must be one of {', '.join(expected)}"
    if validator == "pattern":
        return f"must be {schema['pattern_descriptor']}, for example {schema['examples'][0]}"
    if validator == "type":
        return f"must be {_TYPES[expected]}"
    if validator == "minimum":
        return f"must be at least {expected}"
    if validator == "maximum":
        return f"must be at most {expected}"
    if validator == "minLength":
        return _too_short(expected)
    raise NotImplementedError(f"There is no sentence for {validator}.")


def _too_short(minimum: int) -> str:
    if minimum > 1:
        return f"must have at least {minimum} characters; a shorter secret cannot be hidden in logs"
    return "must not be empty"


def _branch_sentences(error: "ValidationError", path: tuple[str | int, ...]) -> Iterator[str]:
    """Yield the errors of the branch that `storage_type` chose, else of `storage_type` itself."""
    instance: Any = error.instance
    branches: Any = error.validator_value
    if not isinstance(instance, Mapping):
        return
    kinds = [branch["properties"]["storage_type"]["const"] for branch in branches]
    kind = instance.get("storage_type")
    if kind not in kinds:
        yield f"{option(*path, 'storage_type')} must be one of {', '.join(kinds)}."
        return
    for inner in error.context or ():
        if inner.schema_path[0] == kinds.index(kind):
            yield from _sentences(inner)


_AIRBYTES_OWN: Final = "__"
"""What names begin with that Airbyte itself adds to a configuration."""

_MOST_UNKNOWN: Final = 20
_LONGEST_NAME: Final = 60


def unknown_option_warnings(raw: Mapping[str, Any]) -> list[str]:
    """Return one sentence for each option that the specification does not have, the first of them where they are many.

    They are no errors: forms keep what an earlier version asked for, and Airbyte adds options of its own.
    """
    found = _unknown_options(specification()["connectionSpecification"], raw, ())
    return list(dict.fromkeys(islice(found, _MOST_UNKNOWN)))


def _unknown_options(schema: Mapping[str, Any], raw: object, path: tuple[str | int, ...]) -> Iterator[str]:
    if isinstance(raw, list) and "items" in schema:
        for position, entry in enumerate(raw):
            yield from _unknown_options(schema["items"], entry, (*path, position))
    elif isinstance(raw, Mapping) and schema["type"] == "object":
        known = _known_options(schema)
        for name, value in raw.items():
            if name in known:
                yield from _unknown_options(known[name], value, (*path, name))
            elif not name.startswith(_AIRBYTES_OWN):
                yield _unknown_option_warning(name, known, path)


def _known_options(schema: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the options of a group, or of all of its choices: forms keep those of a choice that was changed."""
    parts = (schema, *schema.get("oneOf", ()))
    return {name: value for part in parts for name, value in part.get("properties", {}).items()}


def _unknown_option_warning(name: str, known: Iterable[str], path: tuple[str | int, ...]) -> str:
    name = name[:_LONGEST_NAME]
    shown = name.encode("utf-8", "backslashreplace").decode()
    where = f" in {option(*path)}" if path else ""
    return f"There is no option `{shown}`{where}, so it has no effect.{did_you_mean(nearest(name, known))}"


def secrets(raw: object) -> Iterator[str]:
    """Yield every secret in a configuration, wherever it stands, and the pair that HTTP's Basic scheme is made of."""
    if isinstance(raw, Mapping):
        if isinstance(raw.get("api_key"), str) and isinstance(raw.get("api_secret"), str):
            yield f"{raw['api_key']}:{raw['api_secret']}"
        for name, value in raw.items():
            if name in _SECRET_NAMES and isinstance(value, str) and value:
                yield value
            else:
                yield from secrets(value)
    elif isinstance(raw, list):
        for value in raw:
            yield from secrets(value)


def _secret_names(schema: object) -> Iterator[str]:
    if isinstance(schema, Mapping):
        for name, value in schema.items():
            if isinstance(value, Mapping) and value.get("airbyte_secret") is True:
                yield name
            yield from _secret_names(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _secret_names(value)


_SECRET_NAMES: Final = frozenset(_secret_names(specification()))
