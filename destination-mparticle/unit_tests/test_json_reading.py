"""JSON is read without changing a digit, whichever way it is read."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from destination_mparticle import json_reading
from unit_tests.odd_values import comparable


@pytest.mark.parametrize(
    "broken",
    [
        '{"a":NaN,}',
        '{"a" NaN}',
        "[NaN",
        "NaN NaN",
        "{NaN:1}",
        "[NaN}",
        "[01,NaN]",
        "[1 NaN]",
        '"\ud800',
        "[,NaN]",
        "nan",
    ],
)
def test_what_is_no_json_is_refused_on_the_slow_way_too(broken: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        json_reading.loads(broken.encode("utf-8", "surrogatepass"))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_both_ways_of_reading_agree_with_pythons_own(value: Any) -> None:
    text = json.dumps(value)
    expected = json.loads(text, parse_constant=lambda word: word)
    found = json_reading.loads(text.encode())
    slow = json_reading.loads(b"[NaN," + text.encode() + b"]")[1]
    assert comparable(found) == comparable(slow) == comparable(expected)
