"""The rules and mParticle's published JSON schema give the same verdict, but for these differences:

| Batch | Schema | Rules | RejectCause |
| --- | --- | --- | --- |
| no identity at all | valid | rejected | no profile could be found |
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
own sample where that is present.
"""

import copy
import functools
import json

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator, FormatChecker
from mparticle_sandbox.published_schema import SAMPLE, published_schema, whole_sample

from destination_mparticle.objects.event_batch import batch_of
from destination_mparticle.validation.reasons import Reason, Rejection
from destination_mparticle.validation.rules import check

needs_sample = pytest.mark.skipif(not SAMPLE.is_file(), reason="mParticle's published sample is not at hand")

OWN_RULES = {
    Reason.MISSING_IDENTITY,
    Reason.MISSING_FIELD,
    Reason.COMMERCE_VARIANT,
    Reason.TOO_MANY_ATTRIBUTES,
    Reason.TOO_MANY_EVENTS,
}
UUID = "0d3c8f0e-1db7-4b53-8e7f-7a4c1c0f7c21"
SCALARS = ("text", "", 7, -1, 1.5, True, None, UUID, 2**62, "203.0.113.9", "2001:db8::1", "purchase", "development")
PURPOSES = {"gdpr", "ccpa"}
KNOWN_DIFFERENCES = {("response_code", "text"), ("gps_state", "text"), ("ip", None)}


@functools.cache
def own_sample():
    return batch_of(whole_sample(published_schema()))


@functools.cache
def published_sample():
    return batch_of(json.loads(SAMPLE.read_text()))


def places(node, path=()):
    """Every place in a JSON value, the outermost left out."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in inner:
        yield (*path, key)
        yield from places(value, (*path, key))


def at(node, path):
    for step in path:
        node = node[step]
    return node


@st.composite
def damaged(draw, sample):
    whole = sample()
    batch = {name: value for name, value in whole.items() if name == "environment" or draw(st.booleans())}
    batch["mpid"] = 5
    batch["events"] = draw(st.lists(st.sampled_from(whole["events"]), min_size=1, max_size=2))
    batch = copy.deepcopy(batch)
    for _ in range(draw(st.integers(0, 2))):
        _damage(draw, batch)
    return _Quiet(batch)


class _Quiet(dict):
    def __repr__(self):
        return f"a batch of {', '.join(self)}"


def _damage(draw, batch):
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
        new = draw(st.sampled_from([None, {}, {"unknown": 1}, {"k": "v"}, {"k": {"deep": 1}}]))
    elif isinstance(old, list):
        new = draw(st.sampled_from([None, [], "text", 5, {}]))
    else:
        new = draw(st.sampled_from([*SCALARS, ["a"], [{}], {"k": "v"}]))
    if _has_no_type(last, old, new) or any(last == name and _is_kind(new, kind) for name, kind in KNOWN_DIFFERENCES):
        return
    owner[last] = new


def _has_no_type(last, old, new):
    """Whether this puts something else where the schema forgot `type: object` and would let anything pass."""
    if last in PURPOSES:
        return new in ({"k": "v"}, {"unknown": 1})
    is_item = isinstance(last, int) and isinstance(old, dict)
    return (old is None and not isinstance(new, dict)) or ((last == "data" or is_item) and new is None)


def _is_kind(new, kind):
    return isinstance(new, str) if kind == "text" else new is kind


@functools.cache
def validator():
    return Draft7Validator(published_schema(), format_checker=FormatChecker(["ipv4", "ipv6"]))


def agree(batch):
    try:
        check(batch)
        reason = None
    except Rejection as rejection:
        reason = rejection.reason
    event(f"verdict: {reason}")
    if reason in OWN_RULES:
        return
    errors = [error.message[:200] for error in validator().iter_errors(batch)]
    assert bool(errors) == (reason is not None), (errors, reason)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(batch=damaged(own_sample))
def test_the_rules_and_the_published_schema_agree(batch):
    agree(batch)


@needs_sample
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(batch=damaged(published_sample))
def test_the_rules_and_the_published_schema_agree_on_the_published_sample(batch):
    agree(batch)


def test_a_batch_with_everything_that_the_schema_describes_passes_as_a_whole():
    check(own_sample())


@needs_sample
def test_mparticles_own_sample_passes_as_a_whole():
    check(published_sample())
