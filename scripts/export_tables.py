#!/usr/bin/env python3
"""Makes the tables of options, streams and columns in the page of the exports connector, and prints them.

usage: export_tables.py [--write]

With --write they take the place of what stands between their markers in the page.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import source_mparticle_exports
from scripts import page_tables
from source_mparticle_exports.records.streams import STREAMS

SCRIPT = "export_tables.py"
PAGE = page_tables.PAGES / "sources" / "mparticle-exports.md"
SPECIFICATION = Path(source_mparticle_exports.__file__).with_name("spec.json")

_OPTION_TITLES = ("Field", "Key", "Required", "Default", "Value")
_STREAM_TITLES = ("Stream", "A row for each", "Primary key")
_COLUMN_TITLES = ("Column", "Type", "In")

_ROW_FOR_EACH = {
    "events": "event, of whatever type",
    "event_batches": "batch, without its events",
    "commerce_event_products": "product of a commerce event: acted on, seen, or in the cart (`product_list`)",
    "user_identity_changes": "event `user_identity_change`: an identity before and after",
    "user_attribute_changes": "event `user_attribute_change`: an attribute before and after",
    "audience_membership_changes": "user that an audience gained or lost",
}


def tables() -> page_tables.Tables:
    """The tables of options, streams and columns."""
    specification = json.loads(SPECIFICATION.read_text(encoding="utf-8"))["connectionSpecification"]
    streams = (
        (f"`{stream.name}`", _ROW_FOR_EACH[stream.name], f"`{stream.primary_key}`") for stream in STREAMS.values()
    )
    return {
        "options": page_tables.table(_OPTION_TITLES, _option_rows(specification)),
        "streams": page_tables.table(_STREAM_TITLES, streams),
        "columns": page_tables.table(_COLUMN_TITLES, _column_rows()),
    }


def _option_rows(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, ...]]:
    """One row for each option; what several storages have, they have each."""
    for name, option in schema["properties"].items():
        value = option.get("const", option.get("description", ""))
        if "enum" in option:
            value += f" One of {', '.join(f'`{choice}`' for choice in option['enum'])}."
        default = f"`{option['default']}`" if "default" in option and "const" not in option else ""
        required = "Yes" if name in schema.get("required", ()) else "No"
        in_code = f"`{value}`" if "const" in option else value
        yield option["title"], f"`{path}{name}`", required, default, in_code
        for choice in option.get("oneOf", ()):
            yield from _option_rows(choice, f"{path}{name}.")


def _column_rows() -> Iterator[tuple[str, ...]]:
    """One row for all columns of one type that the same streams have."""
    owners: dict[tuple[str, str], list[str]] = {}
    for stream in STREAMS.values():
        for name, schema in stream.json_schema["properties"].items():
            owners.setdefault((name, _type(schema)), []).append(stream.name)
    rows: dict[tuple[str, str], list[str]] = {}
    for (name, kind), streams in owners.items():
        rows.setdefault((kind, _streams(streams)), []).append(name)
    for (kind, streams_in_words), names in rows.items():
        yield ", ".join(f"`{name}`" for name in names), kind, streams_in_words


def _type(schema: dict[str, Any]) -> str:
    if schema.get("format") == "date-time":
        return "timestamp"
    kind: str = schema["type"][1]
    return {"string": "text"}.get(kind, kind)


def _streams(names: list[str]) -> str:
    missing = [name for name in STREAMS if name not in names]
    if not missing:
        return "all"
    if len(missing) == 1:
        return f"all but `{missing[0]}`"
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    page_tables.run(PAGE, SCRIPT, tables, "The tables in the page of the exports connector.")
