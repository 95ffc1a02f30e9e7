"""Reads the digest, and makes a JSON Schema (draft 7) of it that gives the same verdicts as the published one.

A line is `PATH TYPES RULES...`. The path `$` is the batch; `.name` is a property, `.*` every other property, `[]` an
item, and `[custom_event]` an item whose event type is `custom_event`. What stands under `[]` then holds for all event
types. The types are separated by `|`: those of JSON Schema, `scalar` for text, numbers and booleans, `any` for no rule.
As in JSON Schema, each of the other rules applies only to values of its own type:

- `required`: the object that holds it must have it.
- `closed`: the object has no other properties.
- `one_of=a,b`: the text is one of these.
- `format=uuid`, `format=ipv4,ipv6`: the text has exactly one of these formats.
"""

import re
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

UUID_PATTERN = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"
SCALAR = ("string", "integer", "number", "boolean")

_STEP = re.compile(r"\.?([a-z0-9_]+|\*)|\[([a-z_]*)\]")
_PROPERTY, _ITEM = "property", "item"

Schema = dict[str, Any]
Steps = tuple[tuple[str, str], ...]


@dataclass
class _Node:
    types: str = "any"
    rules: tuple[str, ...] = ()
    inner: dict[tuple[str, str], "_Node"] = field(default_factory=dict)


@cache
def published_schema() -> Schema:
    """The JSON Schema of the committed digest. Shared: do not change it."""
    return schema_of(files(__package__).joinpath("digest.txt").read_text(encoding="utf-8"))


def schema_of(digest: str) -> Schema:
    """The JSON Schema of this digest. Raises `ValueError` for a line of another form."""
    root = _Node()
    lines = [line.split(" ") for line in digest.splitlines() if not line.startswith("#")]
    parsed = [(_steps(path), types, tuple(rules)) for path, types, *rules in lines]
    for steps, types, rules in parsed:
        for place in _places(steps, [other for other, _, _ in parsed]):
            node = root
            for step in place:
                node = node.inner.setdefault(step, _Node())
            node.types, node.rules = types, rules
    return _schema(root)


def _steps(path: str) -> Steps:
    if path == "$":
        return ()
    found = list(_STEP.finditer(path))
    if "".join(match.group() for match in found) != path:
        raise ValueError(f"Not a path: {path}")
    return tuple((_PROPERTY, match[1]) if match[1] else (_ITEM, match[2]) for match in found)


def _places(steps: Steps, others: list[Steps]) -> list[Steps]:
    """The places that a line speaks of: with `[]`, one for each event type that the array has."""
    for position, step in enumerate(steps):
        if step == (_ITEM, ""):
            before, after = steps[:position], steps[position + 1 :]
            kinds = {other[position] for other in others if other[:position] == before and len(other) > position}
            return [(*before, kind, *after) for kind in sorted(kinds - {step}) or [step]]
    return [steps]


def _schema(node: _Node) -> Schema:
    schema = _value_rules(node)
    properties = {name: part for (what, name), part in node.inner.items() if what == _PROPERTY and name != "*"}
    # Validators go in this order. The event type first: it tells at once which of the seventeen kinds an event is not.
    properties = dict(sorted(properties.items(), key=lambda item: item[0] != "event_type"))
    if properties:
        schema["properties"] = {name: _schema(part) for name, part in properties.items()}
    if required := sorted(name for name, part in properties.items() if "required" in part.rules):
        schema["required"] = required
    if "closed" in node.rules:
        schema["additionalProperties"] = False
    elif (_PROPERTY, "*") in node.inner:
        schema["additionalProperties"] = _schema(node.inner[_PROPERTY, "*"])
    if (_ITEM, "") in node.inner:
        schema["items"] = _schema(node.inner[_ITEM, ""])
    elif kinds := [part for (what, _), part in node.inner.items() if what == _ITEM]:
        schema["items"] = {"oneOf": [_schema(part) for part in kinds]}
    return schema


def _value_rules(node: _Node) -> Schema:
    types = [name for part in node.types.split("|") for name in (SCALAR if part == "scalar" else [part])]
    schema: Schema = {} if types == ["any"] else {"type": types[0] if len(types) == 1 else types}
    for rule in node.rules:
        name, _, value = rule.partition("=")
        values = value.split(",")
        if name == "one_of":
            schema["enum"] = values
        elif name == "format" and len(values) > 1:
            return {"oneOf": [schema | _format(each) for each in values]}
        elif name == "format":
            schema |= _format(value)
        elif rule not in {"required", "closed"}:
            raise ValueError(f"Not a rule: {rule}")
    return schema


def _format(name: str) -> Schema:
    return {"pattern": UUID_PATTERN} if name == "uuid" else {"format": name}
