"""The rules and mParticle's published JSON schema give the same verdict, but for these differences:

| Batch | Schema | Rules | RejectCause |
| --- | --- | --- | --- |
| no identity at all | valid | rejected | no profile could be found |
| a blank identity | valid | rejected | everyone who has one would share a profile |
| an event or a screen whose name is empty or blank | valid | rejected | it could not be told from others |
| no or two commerce variants | valid | rejected | mParticle documents exactly one |
| more than 100 events or attributes | valid | rejected | documented limits |
| `environment` absent | valid | never absent | it is always set before the rules are asked |
| text or a number where the schema forgets `type: object` | valid | rejected | it could not be meant |
| whole numbers written as 1.0 | valid | rejected | mParticle documents integers, and floats lose digits |
| integers beyond 64 bits | valid | rejected | mParticle documents int64 |
| `custom_event_type: attribution` | rejected | valid | mParticle documents it |
| `response_code` and `gps_state` as text | rejected | valid | the reference and the schema differ |
| `ip: null` | rejected | valid | documented; the schema's `oneOf` forbids it by accident |
| properties that mParticle sets itself | valid | never there | left out before the rules are asked |

The schema is read from its digest. The test damages a batch with every field and every kind of event, and mParticle's
own sample where that is present. It cannot be relied on to meet a new rule, so the rules are also listed here.
"""

import ast
import copy
import functools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator, FormatChecker
from mparticle_sandbox.published_schema import SAMPLE, published_schema, whole_sample

from destination_mparticle.objects.event_batch import batch_of
from destination_mparticle.validation import rules
from destination_mparticle.validation.reasons import Reason, Rejection
from destination_mparticle.validation.rules import check

Batch = dict[str, Any]
Steps = tuple[str | int, ...]

needs_sample = pytest.mark.skipif(not SAMPLE.is_file(), reason="mParticle's published sample is not at hand")

OWN_RULES = {
    Reason.MISSING_IDENTITY,
    Reason.MISSING_FIELD,
    Reason.COMMERCE_VARIANT,
    Reason.TOO_MANY_ATTRIBUTES,
    Reason.TOO_MANY_EVENTS,
}
"""Reasons that the published schema does not know: what is rejected with them is not compared."""

COMPARED_RULES = {("_check_shape", Reason.SCHEMA), ("check_ip", Reason.BAD_VALUE)}
STRICTER_RULES = {("_check_identities", Reason.BAD_VALUE)}
"""Functions of `rules.py` with other reasons: what the schema rejects too, and what it takes but no test draws."""

UUID = "0d3c8f0e-1db7-4b53-8e7f-7a4c1c0f7c21"
SCALARS = ("text", "", 7, -1, 1.5, True, None, UUID, 2**62, "203.0.113.9", "2001:db8::1", "purchase", "development")
PURPOSES = {"gdpr", "ccpa"}
KNOWN_DIFFERENCES = {("response_code", "text"), ("gps_state", "text"), ("ip", None)}


@functools.cache
def own_sample() -> Batch:
    return batch_of(whole_sample(published_schema()))


@functools.cache
def published_sample() -> Batch:
    return batch_of(json.loads(SAMPLE.read_text()))


def places(node: Any, path: Steps = ()) -> Iterator[Steps]:
    """Every place in a JSON value, the outermost left out."""
    inner: Any = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in inner:
        yield (*path, key)
        yield from places(value, (*path, key))


def at(node: Any, path: list[str | int]) -> Any:
    for step in path:
        node = node[step]
    return node


@st.composite
def damaged(draw: st.DrawFn, sample: Callable[[], Batch]) -> Batch:
    whole = sample()
    batch = {name: value for name, value in whole.items() if name == "environment" or draw(st.booleans())}
    batch["mpid"] = 5
    batch["events"] = draw(st.lists(st.sampled_from(whole["events"]), min_size=1, max_size=2))
    batch = copy.deepcopy(batch)
    for _ in range(draw(st.integers(0, 2))):
        _damage(draw, batch)
    return _Quiet(batch)


class _Quiet(dict[str, Any]):
    def __repr__(self) -> str:
        return f"a batch of {', '.join(self)}"


def _damage(draw: st.DrawFn, batch: Batch) -> None:
    *way, last = draw(st.sampled_from([path for path in places(batch) if path != ("environment",)]))
    owner = at(batch, way)
    old = owner[last]
    if way and way[-1] in PURPOSES:
        return
    if isinstance(owner, dict) and draw(st.integers(0, 3)) == 0:
        if draw(st.booleans()):
            del owner[last]
        else:
            owner["unknown"] = draw(st.sampled_from(SCALARS))
        return
    if isinstance(old, dict):
        new: Any = draw(st.sampled_from([None, {}, {"unknown": 1}, {"k": "v"}, {"k": {"deep": 1}}]))
    elif isinstance(old, list):
        new = draw(st.sampled_from([None, [], "text", 5, {}]))
    else:
        new = draw(st.sampled_from([*SCALARS, ["a"], [{}], {"k": "v"}]))
    if _has_no_type(last, old, new) or any(last == name and _is_kind(new, kind) for name, kind in KNOWN_DIFFERENCES):
        return
    owner[last] = new


def _has_no_type(last: str | int, old: Any, new: Any) -> bool:
    """Whether this puts something else where the schema forgot `type: object` and would let anything pass."""
    if last in PURPOSES:
        return new in ({"k": "v"}, {"unknown": 1})
    is_item = isinstance(last, int) and isinstance(old, dict)
    return (old is None and not isinstance(new, dict)) or ((last == "data" or is_item) and new is None)


def _is_kind(new: Any, kind: str | None) -> bool:
    return isinstance(new, str) if kind == "text" else new is kind


@functools.cache
def validator() -> Draft7Validator:
    return Draft7Validator(published_schema(), format_checker=FormatChecker(["ipv4", "ipv6"]))


def agree(batch: Batch) -> None:
    reason = None
    try:
        check(batch)
    except Rejection as rejection:
        reason = rejection.reason
    event(f"verdict: {reason}")
    if reason in OWN_RULES:
        return
    errors = [error.message[:200] for error in validator().iter_errors(batch)]
    assert bool(errors) == (reason is not None), (errors, reason)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(batch=damaged(own_sample))
def test_the_rules_and_the_published_schema_agree(batch: Batch) -> None:
    agree(batch)


@needs_sample
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(batch=damaged(published_sample))
def test_the_rules_and_the_published_schema_agree_on_the_published_sample(batch: Batch) -> None:
    agree(batch)


def test_a_batch_with_everything_that_the_schema_describes_passes_as_a_whole() -> None:
    check(own_sample())


@needs_sample
def test_mparticles_own_sample_passes_as_a_whole() -> None:
    check(published_sample())


def reasons_in_the_rules() -> Iterator[tuple[str, Reason]]:
    """Each function of the rules with the reasons that it names."""
    for function in ast.parse(Path(rules.__file__).read_text(encoding="utf-8")).body:
        for node in ast.walk(function):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Reason":
                assert isinstance(function, ast.FunctionDef), f"line {node.lineno} names a reason outside of a function"
                yield function.name, Reason[node.attr]


def test_every_rule_is_known_to_the_schema_or_listed_as_our_own() -> None:
    others = {(function, reason) for function, reason in reasons_in_the_rules() if reason not in OWN_RULES}
    assert others == COMPARED_RULES | STRICTER_RULES, "list the rule, and the difference in this file's table"
    assert {reason for _, reason in reasons_in_the_rules()} >= OWN_RULES
