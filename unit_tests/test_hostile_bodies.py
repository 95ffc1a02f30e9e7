"""Whatever a body holds: its records, each of them, or an error with a sentence."""

import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from source_mparticle.api.envelope import record_of, records_of
from source_mparticle.api.errors import MparticleError
from source_mparticle.api.json_text import complete_json
from source_mparticle.api.response import ApiResponse

URL = "https://api.test.example/v1/audiences?accountId=1"
NAMES = st.sampled_from(["data", "errors", "next", "id", "", "\0"]) | st.text(max_size=5)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=6
)


def response(body: bytes) -> ApiResponse:
    return ApiResponse(200, URL, complete_json(bytearray(body), URL))


def outcome_of(read: Callable[[ApiResponse], Iterable[Any]], body: bytes) -> list[Any] | str:
    """The records, or the sentence of an error."""
    try:
        return list(read(response(body)))
    except MparticleError as error:
        return str(error)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.binary(max_size=60) | VALUES.map(lambda value: json.dumps(value).encode()))
@example(b'{"data": [{"id": 1}]')
@example(b'[{"id": 1e400}]')
def test_a_body_is_read_or_refused(body: bytes) -> None:
    for read in (records_of, record_of):
        outcome = outcome_of(read, body)
        assert isinstance(outcome, list) or "/v1/audiences" in outcome


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(st.dictionaries(NAMES, VALUES, max_size=4), max_size=5),
    st.sampled_from(["%s", '{"data": %s}', '{"data": %s, "errors": []}']),
)
def test_a_list_has_as_many_records_as_objects_or_none(rows: list[dict[str, Any]], form: str) -> None:
    body = (form % json.dumps(rows)).encode()
    outcome = outcome_of(records_of, body)
    if isinstance(outcome, list):
        assert len(outcome) == len(rows)
        return
    # Only what JSON does not allow is a reason to refuse a list of objects.
    with pytest.raises(ValueError, match="no JSON"):
        json.loads(body, parse_constant=no_constant)


def no_constant(name: str) -> None:
    message = f"{name} is no JSON"
    raise ValueError(message)
