"""One odd value is at most one rejected record, and never the end of a sync."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from destination_mparticle import json_reading
from destination_mparticle.config import Storage
from destination_mparticle.json_writing import canonical_json
from destination_mparticle.mapping.plan import Plan, plan_by_column
from destination_mparticle.objects import OBJECTS
from destination_mparticle.protocol.messages import record_text
from destination_mparticle.tracking.reject_store import open_store
from destination_mparticle.validation.reasons import Reason, Rejection
from destination_mparticle.validation.unrepresentable import reject_unrepresentable
from unit_tests.mappings import by_column, plan
from unit_tests.odd_values import BIG, NOW, ODD, STREAM, deep, line_of, mapped, prepared, record_in, rejected


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_a_record_is_accepted_where_its_odd_column_is_not_sent(odd: str | bytes) -> None:
    assert b"c-1" in prepared(mapped(), line_of(odd))


SCALARS = [name for name in ODD if "first integer" not in name and name != "an integer beyond 64 bits"]


@pytest.mark.parametrize("odd", [ODD[name] for name in SCALARS], ids=SCALARS)
@pytest.mark.parametrize(
    "plan",
    [mapped(unmapped=True), mapped(custom_attributes__odd="{odd}"), mapped(custom_attributes__odd="a {odd}")],
    ids=["unmapped", "mapped", "in a text"],
)
def test_a_record_whose_odd_value_would_be_sent_is_rejected_and_the_column_named(
    plan: Plan[Any], odd: str | bytes
) -> None:
    rejection = rejected(plan, line_of(odd))
    assert rejection.reason is Reason.BAD_VALUE
    assert "odd" in rejection.field or rejection.field == "custom_attributes"


@pytest.mark.parametrize("odd", [BIG, "-" + BIG, "18446744073709551616", "-9223372036854775809"])
def test_an_integer_beyond_64_bits_is_rejected_as_an_attribute_and_may_come_as_text(odd: str) -> None:
    rejection = rejected(mapped(unmapped=True), line_of(odd))

    assert rejection.message == "Integers beyond 64 bits must come as text."
    assert rejection.field.endswith("custom_attributes.odd")
    assert f'"odd":"{odd}"'.encode() in prepared(mapped(unmapped=True), line_of(f'"{odd}"'))


@pytest.mark.parametrize("odd", ["9223372036854775807", "-9223372036854775808", "18446744073709551615"])
def test_integers_of_64_bits_are_sent_digit_by_digit(odd: str) -> None:
    assert f'"odd":{odd}'.encode() in prepared(mapped(unmapped=True), line_of(odd))


def test_where_a_field_is_text_every_digit_of_an_integer_is_kept() -> None:
    assert f'"customer_id":"{BIG}"'.encode() in prepared(mapped(customer_id="{odd}"), line_of(BIG))
    assert f'"odd":"T-{BIG}"'.encode() in prepared(mapped(custom_attributes__odd="T-{odd}"), line_of(BIG))


@pytest.mark.parametrize("nested", [f'{{"b":{BIG},"a":[{BIG}]}}', json.dumps(f'{{"x":{{"b":{BIG}}}}}')])
def test_nested_values_that_become_json_text_keep_exact_digits(nested: str) -> None:
    is_text = nested.startswith('"')
    plan = mapped(custom_attributes="{odd}") if is_text else mapped(custom_attributes__odd="{odd}")
    assert BIG.encode() in prepared(plan, line_of(nested))


def test_integers_beyond_64_bits_in_json_text_do_not_change_in_silence() -> None:
    rejection = rejected(mapped(custom_attributes="{odd}"), line_of(json.dumps(f'{{"x":{BIG}}}')))
    assert (rejection.reason, rejection.message) == (Reason.BAD_VALUE, "Integers beyond 64 bits must come as text.")


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_an_odd_value_in_a_ready_batch_is_one_reject_wherever_it_stands(odd: str | bytes) -> None:
    for template in ("{}", '{{"x":{}}}', '{{"location":{}}}'):
        start, _, end = template.format("@").partition("@")
        odd_bytes = odd if isinstance(odd, bytes) else odd.encode()
        line = line_of(start.encode() + odd_bytes + end.encode(), column="context", before='"mpid":5,"events":[]')
        assert rejected(plan("event_batch"), line).reason in {Reason.BAD_VALUE, Reason.SCHEMA}


def test_nesting_in_a_column_of_json_text_is_one_reject() -> None:
    line = line_of(json.dumps(f'{{"mpid":5,"context":{{"x":{deep(600)}}}}}'))
    assert rejected(mapped("event_batch", batch="{odd}"), line).reason is Reason.BAD_VALUE


def test_a_batch_that_is_too_deep_only_as_a_whole_is_refused_and_not_a_crash() -> None:
    value = {"a": json_reading.loads(deep(json_reading.MAX_DEPTH).encode())}
    with pytest.raises(TypeError):
        canonical_json(value)
    with pytest.raises(Rejection) as rejection:
        reject_unrepresentable(value, {"a"})
    assert rejection.value.field.startswith("a[0]")


def test_the_names_inside_an_odd_value_are_not_repeated() -> None:
    rejection = rejected(mapped(user_attributes="{odd}"), line_of('{"ann@example.com":[NaN]}'))
    assert "user_attributes" in rejection.field
    assert "ann" not in rejection.field + rejection.message


def test_an_account_is_not_renamed_to_half_a_surrogate_pair() -> None:
    record = record_in(line_of(r'"\ud800"', column="name", before='"id":7'))
    with pytest.raises(Rejection) as rejection:
        plan_by_column(OBJECTS["account"], "update").map(record.data)
    assert rejection.value.field == "name"


@pytest.mark.parametrize("plain", [r'"\ud83d\ude00"', '"\\u0000"', b'"\x00\x01\t"', "1e-400", deep(200), "[]"])
def test_what_only_looks_odd_is_sent(plain: str | bytes) -> None:
    prepared(mapped(unmapped=True), line_of(plain))


def test_of_equal_names_the_last_counts_on_both_ways_of_reading() -> None:
    for odd in ("1", "NaN"):
        line = line_of(odd, before='"id":"c-1","id":"c-2"')
        assert b"c-2" in prepared(mapped(), line)


ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(st.characters(codec=None), max_size=5)
    | st.sampled_from(["1714557600000", "{}", "[1e400]", '{"a":NaN}', "\ud800", f"[{BIG}]", "development", "x" * 300]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec=None), max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)
COLUMNS = st.sampled_from(
    [
        *(
            "id",
            "email",
            "products",
            "promotions",
            "consent.gdpr.m",
            "consent.ccpa",
            "user_attributes",
            "events",
            "context",
        ),
        *(
            "deleted_user_attributes",
            "timestamp",
            "user_identities",
            "device_info",
            "mpid",
            "ip",
            "integration_attributes",
        ),
        *("custom_attributes", "location.latitude", "event_id", "action", "shopping_cart.products", "x", "\ud800"),
        *("partner_identities.\ud800", "consent_state", "environment", "batch", "device_info.gps_state", "customerid"),
    ]
)
PLANS = [
    mapped(unmapped=True),
    mapped("event_batch", batch="{x}"),
    mapped("user", customer_id="{id}", user_attributes="{user_attributes}", unmapped=True),
    *(by_column(name) for name in ("custom_event", "commerce_event", "user")),
    plan("event_batch"),
]


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(COLUMNS, ANY, max_size=5), st.sampled_from(PLANS), st.booleans(), ANY)
def test_any_json_value_at_any_place_is_accepted_or_rejected(
    tmp_path_factory: pytest.TempPathFactory, columns: Any, plan: Any, has_identity: Any, around: Any
) -> None:
    data = {**columns, **({"id": "c-1", "email": "a@b.c", "mpid": 5} if has_identity else {})}
    record = {"stream": "s", "data": data, "emitted_at": around, "meta": around}
    line = json.dumps({"before": around, "type": "RECORD", "record": record, "after": around}).encode() + b"\n"
    store = open_store(Storage("Local", str(tmp_path_factory.getbasetemp() / "any")), "r", NOW)
    try:
        prepared(plan, line)
    except Rejection as rejection:
        store.add(STREAM, record_text(line), rejection)
        str(rejection).encode("utf-8", "surrogatepass")
    store.add(STREAM, record_text(line), Rejection(Reason.BAD_VALUE, "", ""))
    store.flush()
