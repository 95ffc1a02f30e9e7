from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from destination_mparticle.mparticle import limits
from destination_mparticle.validation.reasons import Reason, Rejection
from destination_mparticle.validation.rules import check
from destination_mparticle.validation.truncate import truncate

ANY_LENGTH = 2**63
PURCHASE = {"product_action": {"action": "purchase"}}
PROMOTION = {"promotion_action": {"action": "view"}}


def batch(*events: Any, **changes: Any) -> dict[str, Any]:
    return {"environment": "development", "user_identities": {"customer_id": "1"}, "events": list(events), **changes}


def event(event_type: str = "custom_event", **data: Any) -> dict[str, Any]:
    named = {"event_name": "n", "custom_event_type": "other"} if event_type == "custom_event" else {}
    return {"event_type": event_type, "data": {**named, **data}}


def reason_of(candidate: dict[str, Any]) -> Reason:
    with pytest.raises(Rejection) as rejection:
        check(candidate)
    return rejection.value.reason


@pytest.mark.parametrize(
    "candidate",
    [
        batch(),
        batch(event()),
        batch(event(custom_event_type="attribution")),
        batch(event("commerce_event", **PURCHASE)),
        batch(event(custom_attributes={str(n): n for n in range(limits.ATTRIBUTES)})),
        batch(user_attributes={"list": ["x"] * limits.LIST_ENTRIES}),
        batch(*[event()] * limits.REQUEST_EVENTS),
        batch(ip="2001:db8::1"),
        batch(ip=None),
        batch(user_identities={}, mpid=2**63 - 1),
        batch(user_identities=None, device_info={"android_uuid": "a"}),
        batch(user_identities=None, partner_identities={"Partner_Id": "a"}),
    ],
)
def test_a_batch_within_the_rules_passes(candidate: dict[str, Any]) -> None:
    check(candidate)


@pytest.mark.parametrize(
    ("candidate", "reason"),
    [
        (batch(user_identities={}), Reason.MISSING_IDENTITY),
        (batch(user_identities={"customer_id": ""}, device_info={"platform": "web"}), Reason.MISSING_IDENTITY),
        (batch(user_identities={"customerid": "1"}), Reason.SCHEMA),
        (batch(environment="staging"), Reason.SCHEMA),
        (batch(unknown=1), Reason.SCHEMA),
        (batch(mpid=2**63), Reason.SCHEMA),
        (batch(mpid="1"), Reason.SCHEMA),
        (batch(user_attributes={"a": {"b": 1}}), Reason.SCHEMA),
        (batch(event("no_such_type")), Reason.SCHEMA),
        (batch({"data": {}}), Reason.SCHEMA),
        (batch(event(event_name=None)), Reason.SCHEMA),
        (batch(event(session_uuid="")), Reason.SCHEMA),
        (batch(event(location={"latitude": 1})), Reason.SCHEMA),
        (batch(consent_state={"gdpr": {"x": {"consented": True}}}), Reason.SCHEMA),
        (batch(ip="300.1.1.1"), Reason.BAD_VALUE),
        (batch(*[event()] * (limits.REQUEST_EVENTS + 1)), Reason.TOO_MANY_EVENTS),
        (batch(event(custom_attributes={str(n): n for n in range(101)})), Reason.TOO_MANY_ATTRIBUTES),
        (batch(user_attributes={str(n): n for n in range(101)}), Reason.TOO_MANY_ATTRIBUTES),
        (batch(user_attributes={"list": ["x"] * 1001}), Reason.TOO_MANY_ATTRIBUTES),
        (batch(event("commerce_event")), Reason.COMMERCE_VARIANT),
        (batch(event("commerce_event", **PURCHASE, **PROMOTION)), Reason.COMMERCE_VARIANT),
    ],
)
def test_a_batch_that_breaks_a_rule_is_rejected_with_the_reason(candidate: dict[str, Any], reason: Reason) -> None:
    assert reason_of(candidate) is reason


def test_a_rejection_names_the_place_and_never_the_value() -> None:
    with pytest.raises(Rejection) as rejection:
        check(batch(event(custom_event_type="private")))
    assert rejection.value.field == "events[0].data.custom_event_type"
    assert "private" not in str(rejection.value)


def test_names_and_values_are_cut_exactly_at_their_limits_and_reported_by_field() -> None:
    fitting = batch(
        event(event_name="e" * 256, custom_attributes={"n" * 256: "v" * 4096}),
        user_attributes={"l": ["x" * 512], "n": 7},
    )
    before = repr(fitting)
    assert truncate(fitting, ANY_LENGTH) == []
    assert repr(fitting) == before

    long = batch(
        event(event_name="e" * 257, custom_attributes={"n" * 257: "v" * 4097}, custom_flags={"f": "v" * 4097}),
        user_attributes={"l": ["x" * 513, 5]},
    )
    assert truncate(long, ANY_LENGTH) == ["user_attributes", "event_name", "custom_attributes", "custom_flags"]
    data = long["events"][0]["data"]
    assert data["event_name"] == "e" * 256
    assert data["custom_attributes"] == {"n" * 256: "v" * 4096}
    assert long["user_attributes"] == {"l": ["x" * 512, 5]}


@pytest.mark.parametrize(
    "broken", [{"events": 5}, {"events": [5]}, {"events": [{"data": []}]}, {"user_attributes": []}]
)
def test_a_batch_of_the_wrong_shape_is_left_for_the_rules_to_refuse(broken: dict[str, Any]) -> None:
    assert truncate(broken, ANY_LENGTH) == []


def test_names_that_would_be_one_after_the_cut_are_rejected_rather_than_lost() -> None:
    long = "x" * limits.NAME_CHARACTERS
    with pytest.raises(Rejection) as rejection:
        truncate(batch(user_attributes={long + "a": 1, long + "b": 2}), ANY_LENGTH)
    assert (rejection.value.reason, rejection.value.field) == (Reason.VALUE_TOO_LONG, "user_attributes")


@pytest.mark.parametrize(
    ("candidate", "said"),
    [
        (batch(mpid="x"), "It must be a whole number or null, and is text."),
        (batch(nothing=1), "mParticle does not know the property `nothing`."),
        (batch(event(location={"latitude": 1})), "It lacks the property `longitude`."),
    ],
)
def test_what_is_wrong_with_a_shape_is_said_without_words_of_programmers(candidate: dict[str, Any], said: str) -> None:
    with pytest.raises(Rejection) as rejection:
        check(candidate)
    assert rejection.value.message == said


def test_impressions_of_nothing_are_no_commerce_event() -> None:
    assert reason_of(batch(event("commerce_event", product_impressions=[]))) is Reason.COMMERCE_VARIANT


texts = st.integers(0, 5).map(lambda n: "x" * (limits.NAME_CHARACTERS - 2 + n)) | st.text(max_size=3)
values = texts | st.sampled_from([1, True, "v" * 4096, "v" * 4097, ["x" * 512], ["x", "x" * 513, 2]])


@given(attributes=st.dictionaries(texts, values, max_size=3), name=texts, more=st.integers(0, 3))
def test_what_is_not_looked_at_is_not_too_long(attributes: dict[str, Any], name: str, more: int) -> None:
    found = [name, *attributes, *(text for value in attributes.values() for text in flat(value))]
    longest = max(map(len, found)) + more
    one, other = (
        batch(event(event_name=name, custom_attributes=attributes), user_attributes=attributes) for _ in range(2)
    )
    try:
        expected: Any = truncate(one, ANY_LENGTH)
    except Rejection as rejection:
        with pytest.raises(Rejection, match=str(rejection)):
            truncate(other, longest)
    else:
        assert (truncate(other, longest), other) == (expected, one)


def flat(value: Any) -> Iterator[str]:
    yield from (text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str))
