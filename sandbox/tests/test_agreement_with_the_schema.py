"""The sandbox and mParticle's published schema give the same verdict, but for the differences that are listed here.

The schema is read from its digest. Where mParticle's own schema and sample are present, the digest is held to them.
"""

import json
from collections import Counter
from random import Random
from typing import Any

import pytest
from mparticle_sandbox.core.events_api.batch_check import batch_error
from mparticle_sandbox.published_schema import (
    SAMPLE,
    SCHEMA,
    published_schema,
    whole_batches,
    whole_sample,
)

pytest.importorskip("fastjsonschema", reason="pip install fastjsonschema")

from tests.helpers.agreement import IsValid, validator
from tests.helpers.known_differences import BEYOND_SINGLE_CHANGES, LAXER, STRICTER, difference, is_disputed
from tests.helpers.schema_examples import changes

needs_schema = pytest.mark.skipif(not SCHEMA.is_file(), reason="mParticle's published schema is not at hand")
needs_sample = pytest.mark.skipif(not SAMPLE.is_file(), reason="mParticle's published sample is not at hand")


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return published_schema()


@pytest.fixture(scope="module")
def is_valid(schema: dict[str, Any]) -> IsValid:
    return validator(schema)


def test_batches_with_every_field_are_good(schema: dict[str, Any], is_valid: IsValid) -> None:
    batches = list(whole_batches(schema))
    assert len(batches) > 19
    for batch in batches:
        assert is_valid(batch)
        assert batch_error(batch) is None


def test_every_single_change_of_every_field_gets_the_schemas_verdict(schema: dict[str, Any], is_valid: IsValid) -> None:
    seen: Counter[str] = Counter()
    for batch in whole_batches(schema):
        for change in changes(batch):
            error = batch_error(change.content)
            if is_valid(change.content) == (error is None):
                seen["agreed good" if error is None else "agreed bad"] += 1
                continue
            name = difference(change, sandbox_accepts=error is None)
            assert name is not None, (change.place, change.new, error)
            seen[name] += 1
    # A difference that no longer occurs has no place in the list.
    assert {each.name for each in (*STRICTER, *LAXER)} - seen.keys() == BEYOND_SINGLE_CHANGES
    assert min(seen["agreed good"], seen["agreed bad"]) > 2000


@needs_schema
def test_the_digest_and_the_published_schema_give_the_same_verdicts(schema: dict[str, Any], is_valid: IsValid) -> None:
    is_valid_there = validator(json.loads(SCHEMA.read_text()))
    random = Random(0)
    verdicts: Counter[bool] = Counter()
    for batch in whole_batches(schema):
        assert is_valid_there(batch)
        for change in random.choices(list(changes(batch)), k=150):
            verdict = is_valid_there(change.content)
            assert is_valid(change.content) == verdict, (change.place, change.new)
            verdicts[verdict] += 1
    assert min(verdicts.values()) > 500


@pytest.mark.parametrize("seed", range(2))
def test_a_damaged_batch_of_everything_gets_the_schemas_verdict(
    seed: int, schema: dict[str, Any], is_valid: IsValid
) -> None:
    damage(whole_sample(schema), Random(seed), is_valid)


@needs_sample
@pytest.mark.parametrize("seed", range(2))
def test_the_damaged_sample_gets_the_schemas_verdict(seed: int, is_valid: IsValid) -> None:
    sample = json.loads(SAMPLE.read_text())
    assert is_valid(sample)
    damage(sample, Random(seed), is_valid)


def damage(sample: dict[str, Any], random: Random, is_valid: IsValid) -> None:
    """Change parts of the sample at random, and compare the verdicts."""
    assert batch_error(sample) is None
    events = sample.pop("events")
    verdicts: Counter[bool] = Counter()
    for _ in range(6):
        fields = {name: value for name, value in sample.items() if random.random() < 0.3}
        batch = {**fields, "events": random.sample(events, 1)}
        for change in random.choices(list(changes(batch)), k=150):
            error = batch_error(change.content)
            if is_disputed(change):
                continue
            assert is_valid(change.content) == (error is None), (change.place, change.new, error)
            verdicts[error is None] += 1
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
    content: Any, is_valid: IsValid
) -> None:
    assert batch_error(content) is None
    assert not is_valid(content)


def test_the_sandbox_refuses_what_the_limits_forbid(is_valid: IsValid) -> None:
    event = {"event_type": "session_start", "data": {}}
    for content, reason in (
        ({"events": [event] * 101}, "too_many_events"),
        ({"user_attributes": {"a": ["x"] * 1001}}, "user_attributes_invalid"),
    ):
        error = batch_error(content)
        assert is_valid(content)
        assert error is not None
        assert error.reason == reason
    assert batch_error({"events": [event] * 100, "user_attributes": {"a": ["x"] * 1000}}) is None
