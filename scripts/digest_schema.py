#!/usr/bin/env python3
"""Makes the digest of mParticle's published schema of the Events API, and prints it.

usage: digest_schema.py SCHEMA [--check | --write]

SCHEMA is a file that https://docs.mparticle.com/schema/mparticle.inbound.eventsapi.schema.json was saved to. Its text
is mParticle's and no part of this repository. The digest states the rules in a form of our own, one line per path;
`mparticle_sandbox.published_schema` describes the form and reads it. A keyword that this script does not know is an
error.
"""

import argparse
import difflib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from typing import Any

DIGEST = Path(__file__).resolve().parent.parent / "sandbox" / "mparticle_sandbox" / "published_schema" / "digest.txt"
HEADER = (
    "# The rules of mParticle's published schema of the Events API, one line per path: PATH TYPES RULES.\n"
    "# Made by scripts/digest_schema.py, read by mparticle_sandbox.published_schema. Do not edit it by hand.\n"
)
UUID_PATTERN = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"
SCALAR = frozenset({"string", "integer", "number", "boolean"})

_ANNOTATIONS = {"$id", "$schema", "description", "title", "default", "definitions"}
_PLAIN = {"type", "enum", "format", "pattern", "properties", "required", "additionalProperties", "items"}

Schema = dict[str, Any]


@dataclass
class Rules:
    """What the schema asks of the value at one path. No types mean any type; the other rules bind their type only."""

    types: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    formats: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    closed: bool = False
    properties: dict[str, "Rules"] = field(default_factory=dict)
    others: "Rules | None" = None
    items: "Rules | None" = None
    # For the items of an array of events: one set of rules for each event type.
    kinds: dict[str, "Rules"] = field(default_factory=dict)


def digest(schema: Schema) -> str:
    """The digest of the schema. Raises `ValueError` where the schema says what the form cannot express."""
    lines = dict(_lines("$", _rules(schema, schema)))
    return HEADER + "".join(f"{path} {text}\n" for path, text in sorted(lines.items()))


def _rules(node: Schema, whole: Schema) -> Rules:
    if "$ref" in node:
        # Draft 7 ignores what stands beside a reference.
        return _rules(whole["definitions"][node["$ref"].removeprefix("#/definitions/")], whole)
    keywords = node.keys() - _ANNOTATIONS
    for combined, combine in (("allOf", _all_of), ("anyOf", _any_of), ("oneOf", _one_of)):
        if keywords == {combined}:
            return combine([_rules(part, whole) for part in node[combined]])
    if unknown := keywords - _PLAIN:
        raise ValueError(f"Keywords that the digest cannot express: {', '.join(sorted(unknown))}")
    return _plain(node, whole)


def _plain(node: Schema, whole: Schema) -> Rules:
    types, others = node.get("type", []), node.get("additionalProperties", True)
    rules = Rules(
        types=frozenset([types] if isinstance(types, str) else types),
        words=tuple(sorted(node.get("enum", ()))),
        formats=frozenset([node["format"]] if "format" in node else []),
        required=frozenset(node.get("required", ())),
        closed=others is False,
        properties={name: _rules(part, whole) for name, part in node.get("properties", {}).items()},
        others=_rules(others, whole) if isinstance(others, dict) else None,
        items=_rules(node["items"], whole) if "items" in node else None,
    )
    if "pattern" in node:
        _demand(node["pattern"] == UUID_PATTERN, f"the pattern {node['pattern']}")
        rules.formats |= {"uuid"}
    _demand(rules.required <= rules.properties.keys(), "a required name that is no property")
    _demand(all(isinstance(word, str) and not set(word) & set(" ,\n") for word in rules.words), "words with blanks")
    return rules


def _all_of(parts: list[Rules]) -> Rules:
    """Objects whose properties are put together; a property of two parts must have the same rules in both."""
    whole = Rules()
    for part in parts:
        _demand(part == Rules(types=part.types, properties=part.properties, required=part.required), "allOf of others")
        both = whole.properties.keys() & part.properties.keys()
        _demand(all(whole.properties[name] == part.properties[name] for name in both), "allOf that contradicts itself")
        types = whole.types & part.types if whole.types and part.types else whole.types | part.types
        whole = Rules(types, properties=whole.properties | part.properties, required=whole.required | part.required)
    return whole


def _any_of(parts: list[Rules]) -> Rules:
    """Values and arrays, one or the other: which of the parts binds is decided by the type, but for null."""
    scalars, arrays = Rules(), Rules()
    for part in parts:
        _demand(bool(part.types), "anyOf without types")
        if part == Rules(types=part.types):
            scalars.types |= part.types
        else:
            _demand(part == Rules(types=part.types, items=part.items) and arrays == Rules(), "anyOf of others")
            arrays = part
    _demand(scalars.types & arrays.types <= {"null"}, "anyOf whose parts share a type")
    return Rules(types=scalars.types | arrays.types, items=arrays.items)


def _one_of(parts: list[Rules]) -> Rules:
    """Events of one type each, or texts of one format each."""
    if all(part.formats for part in parts):
        _demand(all(part == Rules(types=part.types, formats=part.formats) for part in parts), "oneOf of others")
        _demand(len({part.formats for part in parts}) == len(parts), "oneOf with a format twice")
        # Exactly one must hold, so what each of them allows, none of them does; only texts differ by their format.
        types = reduce(frozenset.symmetric_difference, (part.types - {"string"} for part in parts)) | {"string"}
        return Rules(types=types, formats=frozenset().union(*(part.formats for part in parts)))
    kinds = {}
    for part in parts:
        words = part.properties["event_type"].words if "event_type" in part.properties else ()
        _demand(len(words) == 1 and "event_type" in part.required and part.types == {"object"}, "oneOf of others")
        kinds[words[0]] = part
    _demand(len(kinds) == len(parts), "oneOf with an event type twice")
    return Rules(kinds=kinds)


def _lines(path: str, rules: Rules, *requirement: str) -> Iterator[tuple[str, str]]:
    yield path, " ".join([_types(rules.types), *_rule_words(rules), *requirement])
    for name, part in rules.properties.items():
        inner = name if path == "$" else f"{path}.{name}"
        yield from _lines(inner, part, *(["required"] if name in rules.required else []))
    if rules.others:
        yield from _lines(f"{path}.*", rules.others)
    if rules.items and rules.items.kinds:
        yield from _of_kinds(path, rules.items.kinds)
    elif rules.items:
        yield from _lines(f"{path}[]", rules.items)


def _of_kinds(path: str, kinds: dict[str, Rules]) -> Iterator[tuple[str, str]]:
    """What all event types share stands once, under `[]`; the rest under `[EVENT TYPE]`."""
    of_kind = {kind: dict(_lines("", rules)) for kind, rules in kinds.items()}
    shared = dict(set.intersection(*(set(lines.items()) for lines in of_kind.values())))
    yield from ((f"{path}[]{inner}", text) for inner, text in shared.items())
    for kind, lines in of_kind.items():
        yield from ((f"{path}[{kind}]{inner}", text) for inner, text in lines.items() if inner not in shared)


def _types(types: frozenset[str]) -> str:
    if types >= SCALAR:
        types = types - SCALAR | {"scalar"}
    return "|".join(sorted(types)) or "any"


def _rule_words(rules: Rules) -> Iterator[str]:
    if rules.closed:
        yield "closed"
    if rules.words:
        yield f"one_of={','.join(rules.words)}"
    if rules.formats:
        yield f"format={','.join(sorted(rules.formats))}"


def _demand(holds: bool, what: str) -> None:
    if not holds:
        raise ValueError(f"The digest cannot express {what}.")


def main(arguments: list[str]) -> int:
    """Print the digest, write it to its place, or compare the two: 1 where they differ."""
    parser = argparse.ArgumentParser(description="The digest of mParticle's published schema of the Events API.")
    parser.add_argument("schema", type=Path, metavar="SCHEMA", help="the published schema, saved as a file")
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--check", action="store_true", help="say how the committed digest differs; 1 where it does")
    action.add_argument("--write", action="store_true", help=f"write it to {DIGEST.name} in the sandbox")
    options = parser.parse_args(arguments)
    made = digest(json.loads(options.schema.read_text(encoding="utf-8")))
    if options.write:
        DIGEST.write_text(made, encoding="utf-8")
    elif options.check:
        committed = DIGEST.read_text(encoding="utf-8")
        changes = difflib.unified_diff(
            committed.splitlines(), made.splitlines(), "committed", "published", "", "", 0, ""
        )
        sys.stdout.writelines(f"{line}\n" for line in changes)
        return int(made != committed)
    else:
        sys.stdout.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
