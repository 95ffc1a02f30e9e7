from typing import Any

import pytest

from destination_mparticle.mapping.template import Template, column, parse


def taken(template: Template, row: dict[str, Any]) -> Any:
    return template.reader({name.lower(): name for name in row})(row)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{id}", 7),
        ("{ID}", 7),
        ("{address.City}", "Ghent"),
        ("{tags.1}", "b"),
        ("{dotted.name}", "whole"),
        ("{address}", {"City": "Ghent"}),
        ("Order {id}", "Order 7"),
        ("{id}-{flag}", "7-true"),
        ("see {address}", 'see {"City":"Ghent"}'),
        ("constant", "constant"),
        ("", ""),
        ("{{not a column}}", "{not a column}"),
        ("{missing}", None),
        ("Order {missing}", None),
        ("{id.deeper}", None),
    ],
)
def test_a_template_takes_what_it_names(text: str, expected: Any) -> None:
    row = {
        "id": 7,
        "flag": True,
        "address": {"City": "Ghent"},
        "tags": ["a", "b"],
        "dotted.name": "whole",
        "missing": None,
    }
    assert taken(parse(text), row) == expected


@pytest.mark.parametrize("text", ["{open", "closed}", "{}", "{a..b}", "{ }"])
def test_braces_that_do_not_fit_are_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="brace"):
        parse(text)


def test_a_column_is_taken_whatever_its_name_contains() -> None:
    assert taken(column("Odd {name}.x"), {"ODD {name}.x": 1}) == 1
