"""The sandbox and mParticle's published schema give the same verdict, but for the differences that are listed here."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from mparticle_sandbox.core.events_api.batch_check import batch_error

from tests.schema_examples import VARIANTS, Change, changes, whole_batches

fastjsonschema = pytest.importorskip("fastjsonschema", reason="pip install fastjsonschema")
DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
SCHEMA, SAMPLE = DATA / "mparticle-eventsapi-schema.json", DATA / "mparticle-eventsapi-sample.json"
pytestmark = pytest.mark.skipif(not SCHEMA.is_file(), reason="the published schema is not at hand")

NAMES = {
    "event_type",
    "event_name",
    "label",
    "plan_id",
    "registration_token",
    "screen_name",
    "url",
    "user_attribute_name",
}
NOT_NULL = {"register", "consented", "timestamp_unixtime_ms"}
WORDS = {"custom_event_type": {"attribution", "unknown"}, "channel": {"unknown"}}
Applies = Callable[[Change], bool]


def is_no_object(change: Change) -> bool:
    """Whether no object stands where the schema describes one and forgets to ask for it, here or one level down."""
    new = change.new
    items = new if isinstance(new, list) else new.values() if isinstance(new, dict) else ()
    stood = isinstance(change.old, dict) or change.old is None or change.place[-2:-1] in (("gdpr",), ("ccpa",))
    return (stood and new is not ... and not isinstance(new, dict)) or any(not isinstance(item, dict) for item in items)


# The schema accepts and the sandbox refuses.
STRICTER: dict[str, Applies] = {
    "no object where the schema forgets to ask for one": is_no_object,
    "whole number written as 1.0": lambda change: change.new == 1 and type(change.new) is float,
    "integer beyond 64 bits": lambda change: type(change.new) is int and change.new >= 2**63,
    "empty text where a name is required": lambda change: change.place[-1] in NAMES and change.new == "",
    "null where the reference requires a value": lambda change: change.place[-1] in NOT_NULL and change.new is None,
    "not exactly one commerce variant": lambda change: (
        not VARIANTS.isdisjoint(change.place) and (change.new is ... or not change.new)
    ),
}
# The schema refuses and the sandbox accepts.
LAXER: dict[str, Applies] = {
    "words that the reference or clients know": lambda change: (
        isinstance(change.new, str) and change.new in WORDS.get(str(change.place[-1]), ())
    ),
    "response_code and gps_state as text": lambda change: (
        change.place[-1] in {"response_code", "gps_state"} and not isinstance(change.new, (dict, list))
    ),
    "ip of null": lambda change: change.place == ("ip",) and change.new is None,
}


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return dict(json.loads(SCHEMA.read_text()))


@pytest.fixture(scope="module")
def is_valid(schema: dict[str, Any]) -> Callable[[Any], bool]:
    validate = fastjsonschema.compile(schema)

    def holds(content: Any) -> bool:
        try:
            validate(content)
        except fastjsonschema.JsonSchemaException:
            return False
        return True

    return holds


def test_batches_with_every_field_are_good(schema: dict[str, Any], is_valid: Callable[[Any], bool]) -> None:
    batches = list(whole_batches(schema))
    assert len(batches) > 19
    for batch in batches:
        assert is_valid(batch)
        assert batch_error(batch) is None


def test_every_single_change_of_every_field_gets_the_schemas_verdict(
    schema: dict[str, Any], is_valid: Callable[[Any], bool]
) -> None:
    seen: Counter[str] = Counter()
    for batch in whole_batches(schema):
        for change in changes(batch):
            problem = batch_error(change.content)
            if is_valid(change.content) == (problem is None):
                seen["agreed good" if problem is None else "agreed bad"] += 1
                continue
            known = LAXER if problem is None else STRICTER
            reasons = [name for name, applies in known.items() if applies(change)]
            assert reasons, (change.place, change.new, problem)
            seen[reasons[0]] += 1
    # A difference that no longer occurs has no place in the list.
    assert seen.keys() == {*STRICTER, *LAXER, "agreed good", "agreed bad"}
    assert min(seen["agreed good"], seen["agreed bad"]) > 2000


@pytest.mark.skipif(not SAMPLE.is_file(), reason="mParticle's published sample is not at hand")
@pytest.mark.parametrize("seed", range(2))
def test_the_damaged_sample_gets_the_schemas_verdict(seed: int, is_valid: Callable[[Any], bool]) -> None:
    random = Random(seed)
    sample = json.loads(SAMPLE.read_text())
    assert batch_error(sample) is None
    events = sample.pop("events")
    verdicts: Counter[bool] = Counter()
    for _ in range(6):
        fields = {name: value for name, value in sample.items() if random.random() < 0.3}
        batch = {**fields, "events": random.sample(events, 1)}
        for change in random.choices(list(changes(batch)), k=150):
            problem = batch_error(change.content)
            if any(applies(change) for applies in (*LAXER.values(), *STRICTER.values())):
                continue
            assert is_valid(change.content) == (problem is None), (change.place, change.new, problem)
            verdicts[problem is None] += 1
    assert min(verdicts[True], verdicts[False]) > 100


@pytest.mark.parametrize(
    "content",
    [
        {"schema_version": 2},
        {"user_identities": {"customerid": "c-1"}},
        {"events": [{"event_type": "push_reaction", "data": {}}]},
        {"events": [{"event_type": "pre_attribution", "data": {}}]},
    ],
)
def test_the_sandbox_takes_what_the_service_or_the_schemas_own_list_of_types_knows(
    content: Any, is_valid: Callable[[Any], bool]
) -> None:
    assert batch_error(content) is None
    assert not is_valid(content)


def test_the_sandbox_refuses_what_the_limits_forbid(is_valid: Callable[[Any], bool]) -> None:
    event = {"event_type": "session_start", "data": {}}
    for content, reason in (
        ({"events": [event] * 101}, "too_many_events"),
        ({"user_attributes": {"a": ["x"] * 1001}}, "user_attributes_invalid"),
    ):
        problem = batch_error(content)
        assert is_valid(content)
        assert problem is not None
        assert problem.reason == reason
    assert batch_error({"events": [event] * 100, "user_attributes": {"a": ["x"] * 1000}}) is None
