"""What is not looked at, because it is known, is as it is said to be."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from destination_mparticle.conversion.kinds import kind_of
from destination_mparticle.json_writing import canonical_json
from destination_mparticle.mparticle import limits
from destination_mparticle.objects import OBJECTS
from destination_mparticle.objects.fields import Field
from destination_mparticle.validation.reasons import Reason, Rejection
from destination_mparticle.validation.rules import check
from unit_tests.mappings import planned
from unit_tests.odd_values import line_of, mapped, prepared, rejected

NEEDED = {
    "custom_event": {"customer_id": "{id}", "email": "{id}", "event_name": "{title}"},
    "screen_view": {"customer_id": "{id}", "email": "{id}", "screen_name": "{title}"},
    "commerce_event": {"customer_id": "{id}", "email": "{id}", "action": "purchase"},
    "user": {"customer_id": "{id}", "email": "{id}"},
}
RECORD = {"id": "c-1", "title": "Bought"}
ALL = {(name, field.name): field for name in NEEDED for field in OBJECTS[name].fields.values()}

UUID = "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"
texts = st.text(max_size=3) | st.sampled_from(
    ["", " ", "\u2800", "true", "0", "7.0", "1e400", "9223372036854775808", UUID, "2024-06-01", "::1", "iOS", "other"]
)
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**63), 2**64 - 1)
near_limits = st.sampled_from(
    [2**63 - 1, 2**63, 2**64 - 1, 2.0**53, 1e16, 1e22, -0.0, 1_700_000_000, 1_700_000_000_000]
)
scalars = texts | numbers | near_limits | st.booleans()
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2))


def chosen(field: Field) -> str:
    return field.name if not field.is_open else f"{field.name[:-1]}{'1.' * (len(field.placeholders) - 1)}x"


MAPPINGS = [
    planned(name, {**NEEDED[name], chosen(field): "{value}"}) for (name, _), field in ALL.items() if field.always_fits
]
large = st.sampled_from([[1] * 1_001, {str(number): 1 for number in range(101)}])


@given(value=values | large)
def test_whatever_a_field_takes_of_which_nothing_can_be_wrong_passes_the_rules(value: Any) -> None:
    for mapping in MAPPINGS:
        with suppress(Rejection):
            assert is_accepted(mapping.map({**RECORD, "value": value})), mapping.assignments[-1].field.name


def is_accepted(batch: dict[str, Any]) -> bool:
    try:
        check({**batch, "environment": "development"})
    except Rejection:
        return False
    return True


CONVERTERS = {field.convert for field in ALL.values() if field.as_they_are}


@given(value=scalars)
def test_a_value_of_a_type_that_stays_as_it_is_comes_back_as_the_same_object(value: Any) -> None:
    for convert in CONVERTERS:
        if type(value) in kind_of(convert).as_they_are:
            assert convert(value, "field") is value


templates = st.lists(
    st.sampled_from(["{a}", "{b}", "{A}", "{a.x}", "{b.0}", "-", "constant", "{{"]), min_size=1, max_size=8
).map("".join)
columns = st.none() | values | st.text(max_size=300) | st.lists(st.sampled_from([1e15, 1e16, 0.5, "x"]), max_size=20)
# Numbers in JSON text may be written in fewer characters than the connector writes them in.
json_texts = st.dictionaries(
    texts, st.recursive(st.text(max_size=99), lambda inner: st.lists(inner, max_size=3)), max_size=3
).map(lambda value: orjson.dumps(value).decode())


@given(name=templates, attribute=templates, a=columns, b=columns, json=json_texts, column=st.text(max_size=30))
def test_no_text_of_what_is_mapped_is_longer_than_the_plan_says(
    name: str, attribute: str, a: Any, b: Any, json: str, column: str
) -> None:
    mapping = planned(
        "custom_event",
        {
            **NEEDED["custom_event"],
            "event_name": name,
            "custom_attributes.chosen_by_the_user": attribute,
            "custom_attributes": "{json}",
            "user_attributes": "{json}",
        },
        unmapped=True,
    )
    record = {column: "x", "id": "c-1", "a": a, "b": b, "json": json}
    try:
        batch = mapping.map(record)
    except Rejection:
        return
    data = batch["events"][0]["data"]
    found = [data["event_name"], *flat(data.get("custom_attributes")), *flat(batch.get("user_attributes"))]
    assert max(map(len, found)) <= mapping.longest_text(len(canonical_json(record)))


def flat(value: Any) -> Iterator[str]:
    """All names and texts in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for inner in [*value, *value.values()] if isinstance(value, dict) else value:
            yield from flat(inner)


@pytest.mark.parametrize("column", ["title", "_airbyte_title", "_AIRBYTE_TITLE"])
def test_a_long_name_is_truncated_whatever_column_it_comes_from(column: str) -> None:
    line = line_of(f'"{"n" * 300}"', column=column)
    assert event_name(prepared(mapped(event_name=f"{{{column}}}"), line)) == "n" * limits.NAME_CHARACTERS


def test_a_ready_batch_in_a_column_that_airbyte_adds_is_truncated() -> None:
    batch = (
        '{"user_identities":{"email":"a@b.c"},"events":[{"event_type":"custom_event","data":'
        f'{{"event_name":"{"n" * 300}","custom_event_type":"other"}}}}]}}'
    )
    ready = prepared(planned("event_batch", {"batch": "{_airbyte_data}"}), line_of(batch, column="_airbyte_data"))
    assert event_name(ready) == "n" * limits.NAME_CHARACTERS


def test_a_name_that_is_longer_than_its_record_with_odd_values_is_truncated() -> None:
    line = line_of("NaN", before='"id":"c-1","l":[' + ",".join(["1e-05"] * 34) + "]")
    assert len(event_name(prepared(mapped(event_name="n {l}"), line))) == limits.NAME_CHARACTERS


def test_a_name_of_which_truncation_leaves_only_blanks_is_no_name() -> None:
    rejection = rejected(mapped(event_name="{title}"), line_of(f'"{" " * limits.NAME_CHARACTERS}n"', column="title"))
    assert rejection.reason is Reason.MISSING_FIELD


def event_name(sent: bytes) -> str:
    """The name in what leaves. No name in these tests has a quotation mark."""
    return sent.split(b'"event_name":"')[1].split(b'"')[0].decode()
