"""One odd value is at most one rejected record, and never the end of a sync."""

import json
from datetime import datetime, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from destination_mparticle import json_reading
from destination_mparticle.config import Storage
from destination_mparticle.json_writing import canonical_json
from destination_mparticle.mapping.plan import plan_by_column
from destination_mparticle.objects import OBJECTS
from destination_mparticle.pipeline.batch import Batch, Row
from destination_mparticle.pipeline.prepare import Defaults, Preparer
from destination_mparticle.pipeline.routing import Router
from destination_mparticle.protocol.catalog import StreamKey
from destination_mparticle.protocol.messages import read_messages, record_of
from destination_mparticle.tracking.reject_store import open_store
from destination_mparticle.validation.reasons import Reason, Rejection
from destination_mparticle.validation.unrepresentable import reject_unrepresentable

from .mappings import by_column, plan

STREAM = StreamKey("", "s")
NOW = datetime(2024, 6, 15, tzinfo=timezone.utc)
BIG = "123456789012345678901234567890"


def deep(levels, inner="1"):
    return "[" * levels + inner + "]" * levels


def line_of(odd, *, column="odd", before='"id":"c-1"'):
    data = f'{before},"{column}":{odd}' if isinstance(odd, str) else f'{before},"{column}":'.encode() + odd
    data = data.encode() if isinstance(data, str) else data
    return b'{"type":"RECORD","record":{"stream":"s","emitted_at":1,"data":{' + data + b"}}}\n"


def mapped(object_name="custom_event", *, unmapped=False, **templates):
    if object_name == "custom_event":
        templates = {"customer_id": "{id}", "event_name": "n", **templates}
    return plan(object_name, unmapped=unmapped, **templates)


def prepared(mapping, line):
    """What leaves, as JSON."""
    (record,) = read_messages([line])
    preparer = Preparer(STREAM, mapping, Defaults("development", None, Router.at(NOW), lambda: "new"))
    ready = preparer.prepare(record.data, Row(line, 1, 0)).ready
    return ready.body if isinstance(ready, Batch) else ready.envelope + (ready.event or b"")


def rejected(mapping, line):
    with pytest.raises(Rejection) as rejection:
        prepared(mapping, line)
    return rejection.value


ODD = {
    "deeper than orjson writes": deep(300),
    "deeper than orjson reads": deep(1_100),
    "a hundred thousand levels": deep(100_000),
    "a hundred thousand objects": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "half a surrogate pair": r'"\ud800"',
    "half a pair in a name": r'{"\ud800":1}',
    "bytes that are not UTF-8": b'"\xff\xfe"',
    "no number": "NaN",
    "infinity": "Infinity",
    "minus infinity": "-Infinity",
    "a number beyond floats": "1e400",
    "an integer beyond 64 bits": BIG,
    "the first integer below 64 bits": "-9223372036854775809",
    "the first integer above 64 bits": "18446744073709551616",
    "more digits than Python turns into an integer": "9" * 10_000,
    "an odd value far inside": '{"a":[1,{"b":[NaN]}]}',
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_a_record_is_accepted_where_its_odd_column_is_not_sent(odd):
    assert b"c-1" in prepared(mapped(), line_of(odd))


SCALARS = [name for name in ODD if "first integer" not in name and name != "an integer beyond 64 bits"]


@pytest.mark.parametrize("odd", [ODD[name] for name in SCALARS], ids=SCALARS)
@pytest.mark.parametrize(
    "plan",
    [mapped(unmapped=True), mapped(custom_attributes__odd="{odd}"), mapped(custom_attributes__odd="a {odd}")],
    ids=["unmapped", "mapped", "in a text"],
)
def test_a_record_whose_odd_value_would_be_sent_is_rejected_and_the_column_named(plan, odd):
    rejection = rejected(plan, line_of(odd))
    assert rejection.reason is Reason.BAD_VALUE
    assert "odd" in rejection.field or rejection.field == "custom_attributes"


@pytest.mark.parametrize("odd", [BIG, "-" + BIG, "18446744073709551616", "-9223372036854775809"])
def test_an_integer_beyond_64_bits_is_rejected_as_an_attribute_and_may_come_as_text(odd):
    rejection = rejected(mapped(unmapped=True), line_of(odd))

    assert rejection.message == "Integers beyond 64 bits must come as text."
    assert rejection.field.endswith("custom_attributes.odd")
    assert f'"odd":"{odd}"'.encode() in prepared(mapped(unmapped=True), line_of(f'"{odd}"'))


@pytest.mark.parametrize("odd", ["9223372036854775807", "-9223372036854775808", "18446744073709551615"])
def test_integers_of_64_bits_are_sent_digit_by_digit(odd):
    assert f'"odd":{odd}'.encode() in prepared(mapped(unmapped=True), line_of(odd))


def test_where_a_field_is_text_every_digit_of_an_integer_is_kept():
    assert f'"customer_id":"{BIG}"'.encode() in prepared(mapped(customer_id="{odd}"), line_of(BIG))
    assert f'"odd":"T-{BIG}"'.encode() in prepared(mapped(custom_attributes__odd="T-{odd}"), line_of(BIG))


@pytest.mark.parametrize("nested", [f'{{"b":{BIG},"a":[{BIG}]}}', json.dumps(f'{{"x":{{"b":{BIG}}}}}')])
def test_nested_values_that_become_json_text_keep_exact_digits(nested):
    field = {"custom_attributes": "{odd}"} if nested.startswith('"') else {"custom_attributes__odd": "{odd}"}
    assert BIG.encode() in prepared(mapped(**field), line_of(nested))


def test_integers_beyond_64_bits_in_json_text_do_not_change_in_silence():
    rejection = rejected(mapped(custom_attributes="{odd}"), line_of(json.dumps(f'{{"x":{BIG}}}')))
    assert (rejection.reason, rejection.message) == (Reason.BAD_VALUE, "Integers beyond 64 bits must come as text.")


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_an_odd_value_in_a_ready_batch_is_one_reject_wherever_it_stands(odd):
    for template in ("{}", '{{"x":{}}}', '{{"location":{}}}'):
        start, _, end = template.format("@").partition("@")
        odd_bytes = odd if isinstance(odd, bytes) else odd.encode()
        line = line_of(start.encode() + odd_bytes + end.encode(), column="context", before='"mpid":5,"events":[]')
        assert rejected(plan("event_batch"), line).reason in {Reason.BAD_VALUE, Reason.SCHEMA}


def test_nesting_in_a_column_of_json_text_is_one_reject():
    line = line_of(json.dumps(f'{{"mpid":5,"context":{{"x":{deep(600)}}}}}'))
    assert rejected(mapped("event_batch", batch="{odd}"), line).reason is Reason.BAD_VALUE


def test_a_batch_that_is_too_deep_only_as_a_whole_is_refused_and_not_a_crash():
    value = {"a": json_reading.loads(deep(json_reading.MAX_DEPTH).encode())}
    with pytest.raises(TypeError):
        canonical_json(value)
    with pytest.raises(Rejection) as rejection:
        reject_unrepresentable(value, {"a"})
    assert rejection.value.field.startswith("a[0]")


def test_the_names_inside_an_odd_value_are_not_repeated():
    rejection = rejected(mapped(user_attributes="{odd}"), line_of('{"ann@example.com":[NaN]}'))
    assert "user_attributes" in rejection.field
    assert "ann" not in rejection.field + rejection.message


def test_an_account_is_not_renamed_to_half_a_surrogate_pair():
    (record,) = read_messages([line_of(r'"\ud800"', column="name", before='"id":7')])
    with pytest.raises(Rejection) as rejection:
        plan_by_column(OBJECTS["account"], "update").map(record.data)
    assert rejection.value.field == "name"


@pytest.mark.parametrize("plain", [r'"\ud83d\ude00"', '"\\u0000"', b'"\x00\x01\t"', "1e-400", deep(200), "[]"])
def test_what_only_looks_odd_is_sent(plain):
    prepared(mapped(unmapped=True), line_of(plain))


def test_of_equal_names_the_last_counts_on_both_ways_of_reading():
    for odd in ("1", "NaN"):
        line = line_of(odd, before='"id":"c-1","id":"c-2"')
        assert b"c-2" in prepared(mapped(), line)


def stored(folder, line):
    store = open_store(Storage("Local", str(folder)), "r", NOW)
    store.add(STREAM, record_of(line), Rejection(Reason.BAD_VALUE, "", ""))
    store.flush()
    (path,) = folder.rglob("*.jsonl")
    return path.read_bytes()


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_the_store_keeps_an_odd_record_as_one_line_that_reads_the_same_again(tmp_path, odd):
    line = line_of(odd)

    content = stored(tmp_path, line)

    assert content.count(b"\n") == 1
    content.decode()
    again = b'{"type":"RECORD","record":%s}' % content
    (found,), (expected,) = read_messages([again]), read_messages([line])
    assert _comparable(found.data["odd"]) == _comparable(expected.data["odd"])


@pytest.mark.parametrize("digits", [BIG, "1.10", "0.1234567890123456789012", "1e400", "1E+2", "-0.0"])
def test_the_store_keeps_every_digit_as_it_came(tmp_path, digits):
    assert f'"odd":{digits}}}'.encode() in stored(tmp_path, line_of(digits))


def test_the_store_escapes_what_is_not_one_line_of_utf_8(tmp_path):
    content = stored(tmp_path, b'{"type":"RECORD","record":\t{"stream":"s",\r"data":{"a":"\xff\x00\t\xc3\xa9"}}}\n')
    assert content.endswith('"data":{"a":"\\udcff\\u0000\\u0009é"}}\n'.encode())


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
def test_what_is_no_json_is_refused_on_the_slow_way_too(broken):
    with pytest.raises(ValueError, match=r"\w"):
        json_reading.loads(broken.encode("utf-8", "surrogatepass"))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_both_ways_of_reading_agree_with_pythons_own(value):
    text = json.dumps(value)
    expected = json.loads(text, parse_constant=lambda word: word)
    found = json_reading.loads(text.encode())
    slow = json_reading.loads(b"[NaN," + text.encode() + b"]")[1]
    assert _comparable(found) == _comparable(slow) == _comparable(expected)


def _comparable(value):
    if isinstance(value, json_reading.Unrepresentable):
        return value.text
    if isinstance(value, dict):
        return {name: _comparable(inner) for name, inner in value.items()}
    return [_comparable(inner) for inner in value] if isinstance(value, list) else value


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
def test_any_json_value_at_any_place_is_accepted_or_rejected(tmp_path_factory, columns, plan, has_identity, around):
    data = {**columns, **({"id": "c-1", "email": "a@b.c", "mpid": 5} if has_identity else {})}
    record = {"stream": "s", "data": data, "emitted_at": around, "meta": around}
    line = json.dumps({"before": around, "type": "RECORD", "record": record, "after": around}).encode() + b"\n"
    store = open_store(Storage("Local", str(tmp_path_factory.getbasetemp() / "any")), "r", NOW)
    try:
        prepared(plan, line)
    except Rejection as rejection:
        store.add(STREAM, record_of(line), rejection)
        str(rejection).encode("utf-8", "surrogatepass")
    store.add(STREAM, record_of(line), Rejection(Reason.BAD_VALUE, "", ""))
    store.flush()
