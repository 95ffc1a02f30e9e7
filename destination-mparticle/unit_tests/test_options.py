"""What the form declares is what `config.py` reads: every option, with the default that the form shows."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from destination_mparticle.config import parse_config
from destination_mparticle.options import specification

Schema = dict[str, Any]
Put = Callable[[Any], Any]
"""Makes a whole configuration in which one option has a value; ABSENT leaves the option out."""

FORM: Schema = specification()["connectionSpecification"]
ABSENT = object()


def levels(schema: Schema) -> list[Schema]:
    """The groups of options that a group may be: one, or the choices of it."""
    found: list[Schema] = schema.get("oneOf", [schema])
    return found


def example(schema: Schema, *, other: bool = False) -> Any:
    """A value that the schema takes, or another one."""
    match schema:
        case {"const": value}:
            return value
        case {"enum": values}:
            return values[other]
        case {"type": "array", "items": items}:
            return [example(items, other=other)]
        case {"type": "object"}:
            level = levels(schema)[-1 if other else 0]
            return {name: example(value, other=other) for name, value in level["properties"].items()}
    examples = {
        "string": schema.get("examples", ["long-text"])[0] + ("1" if other else ""),
        "integer": schema.get("minimum", 1) + other,
        "boolean": other,
    }
    return examples[schema["type"]]


def options(schema: Schema = FORM, way: str = "", put: Put = lambda whole: whole) -> Iterator[tuple[str, Schema, Put]]:
    """Every option of a group and of the groups in it: its way, its schema and how a configuration gets it."""
    for level in levels(schema):
        plain = example(level)
        for name, value in level["properties"].items():
            put_here = partial(_put, put, plain, name)
            yield f"{way}{name}", value, put_here
            if value["type"] == "object":
                yield from options(value, f"{way}{name}.", put_here)
            elif value["type"] == "array":
                yield from options(value["items"], f"{way}{name}.", partial(_put_item, put_here))


def _put(put: Put, plain: dict[str, Any], name: str, value: Any) -> Any:
    others = {other: kept for other, kept in plain.items() if other != name}
    return put(others if value is ABSENT else {**others, name: value})


def _put_item(put: Put, item: Any) -> Any:
    return put([item])


OPTIONS = list(options())
# Which choice a group is has a test of its own, and so has what only permits values of other options.
CHOSEN = [option for option in OPTIONS if "const" not in option[1] and option[0] != "allow_http"]


@pytest.mark.parametrize(("schema", "put"), [pytest.param(schema, put, id=way) for way, schema, put in CHOSEN])
def test_every_option_is_read(schema: Schema, put: Put) -> None:
    one, another = (parse_config(put(example(schema, other=other))) for other in (False, True))
    assert one != another, "config.py gives the same configuration, whatever the option says"


@pytest.mark.parametrize(
    ("schema", "put"), [pytest.param(schema, put, id=way) for way, schema, put in CHOSEN if "default" in schema]
)
def test_an_option_that_is_left_out_has_the_default_that_the_form_shows(schema: Schema, put: Put) -> None:
    assert parse_config(put(ABSENT)) == parse_config(put(schema["default"]))


def test_every_choice_of_a_store_is_read() -> None:
    stores = [example(level) for level in levels(FORM["properties"]["object_storage_config"])]
    read = [parse_config({**example(FORM), "object_storage_config": store}).storage for store in stores]
    assert [store.kind for store in read] == [store["storage_type"] for store in stores]


def test_the_options_of_a_group_have_places_of_their_own_in_the_form() -> None:
    groups = [FORM, *(group for _, schema, _ in OPTIONS for group in levels(schema.get("items", schema)))]
    for group in groups:
        orders = [value["order"] for value in group.get("properties", {}).values()]
        assert len(set(orders)) == len(orders), f"{group['title']}: two options have the same `order`"
