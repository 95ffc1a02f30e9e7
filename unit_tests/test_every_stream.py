"""What every stream does with every kind of answer."""

import logging

import pytest

from source_mparticle import SourceMparticle
from unit_tests.catalogue import CASES, PARENTS, Case, Single
from unit_tests.mparticle import failure, read_streams, rows

every_stream = pytest.mark.parametrize("case", CASES, ids=str)
core_stream = pytest.mark.parametrize("case", [case for case in CASES if case.core], ids=str)
optional_stream = pytest.mark.parametrize("case", [case for case in CASES if not case.core], ids=str)
list_stream = pytest.mark.parametrize("case", [case for case in CASES if not isinstance(case, Single)], ids=str)


@pytest.fixture(autouse=True)
def parents(mparticle, config):
    config["org_id"] = "77"
    for url, body in PARENTS.items():
        mparticle.get(url, json=body)


def emitted(config, case: Case) -> list[dict]:
    return rows(read_streams(config, case.stream), case.stream)


def warnings(output) -> list[str]:
    return [message.log.message for message in output.logs if message.log.level.value == "WARN"]


@every_stream
def test_a_record_is_emitted_as_mparticle_sent_it_but_for_what_is_documented(mparticle, config, case):
    mparticle.get(case.url, json=case.body(case.record))
    assert emitted(config, case) == [case.record | case.changes]


@every_stream
def test_the_other_envelope_is_read_as_well(mparticle, config, case):
    mparticle.get(case.url, json=case.other_body(case.record))
    assert emitted(config, case) == [case.record | case.changes]


@list_stream
def test_an_empty_list_is_a_success_without_records(mparticle, config, case):
    mparticle.get(case.url, json=case.body())
    output = read_streams(config, case.stream)
    assert rows(output, case.stream) == []
    assert [status.value for status in output.get_stream_statuses(case.stream)] == ["STARTED", "COMPLETE"]
    assert warnings(output) == []


@every_stream
def test_a_field_nobody_documented_is_let_through(mparticle, config, case):
    mparticle.get(case.url, json=case.body(case.record | {"brand_new": {"deep": [1, "a"]}}))
    assert emitted(config, case)[0]["brand_new"] == {"deep": [1, "a"]}


@core_stream
@pytest.mark.parametrize(
    ("status", "sentence"),
    [(403, "tick the Platform API"), (404, "for account 1201: check the Account ID")],
)
def test_a_refusal_fails_a_core_stream_and_says_what_to_do(mparticle, config, waits, case, status, sentence):
    mparticle.get(case.url, status_code=status, text="<html>not JSON</html>")
    output = read_streams(config, case.stream, fails=True)
    kind, message = failure(output)
    assert kind == "config_error"
    assert sentence in message
    assert waits == []
    assert rows(output, case.stream) == []


@optional_stream
@pytest.mark.parametrize("status", [403, 404])
def test_a_refusal_skips_any_other_stream_with_a_warning_that_names_the_grant(mparticle, config, case, status):
    mparticle.get(case.url, status_code=status, text="<html>not JSON</html>")
    output = read_streams(config, case.stream)
    assert rows(output, case.stream) == []
    (warning,) = warnings(output)
    assert case.grant in warning
    assert f"answered {status}" in warning


@every_stream
def test_a_401_that_stays_fails_the_stream(mparticle, config, case):
    mparticle.get(case.url, status_code=401)
    kind, message = failure(read_streams(config, case.stream, fails=True))
    assert kind == "config_error"
    assert "check that Account ID 1201" in message


@every_stream
def test_a_429_is_tried_again_after_the_time_it_asks_for(mparticle, config, waits, case):
    mparticle.get(case.url, [{"status_code": 429, "headers": {"Retry-After": "7"}}, {"json": case.body(case.record)}])
    assert emitted(config, case) == [case.record | case.changes]
    assert waits == [pytest.approx(7, abs=0.5)]


@every_stream
def test_a_500_is_tried_again_with_growing_waits(mparticle, config, waits, case):
    mparticle.get(case.url, [{"status_code": 500}, {"status_code": 502}, {"json": case.body(case.record)}])
    assert emitted(config, case) == [case.record | case.changes]
    assert [wait <= longest for wait, longest in zip(waits, (2, 4), strict=True)] == [True, True]


@every_stream
def test_errors_inside_a_success_fail_the_stream(mparticle, config, case):
    mparticle.get(case.url, json={"data": [], "errors": [{"code": "VALIDATION_ERROR", "message": "broken"}]})
    output = read_streams(config, case.stream, fails=True)
    assert "with errors: VALIDATION_ERROR: broken" in failure(output)[1]
    assert rows(output, case.stream) == []


@every_stream
@pytest.mark.parametrize("body", ["<html>sign in</html>", "null", '{"data": null, "errors": null}', '{"data": [null]}'])
def test_a_success_that_holds_no_records_fails_the_stream(mparticle, config, case, body):
    mparticle.get(case.url, text=body)
    assert "no list of records" in failure(read_streams(config, case.stream, fails=True))[1]


@list_stream
@pytest.mark.parametrize("body", ["{}", '{"message": "hello"}', '"text"', "1"])
def test_a_success_that_holds_no_list_fails_the_stream(mparticle, config, case, body):
    mparticle.get(case.url, text=body)
    output = read_streams(config, case.stream, fails=True)
    assert "no list of records" in failure(output)[1]
    assert rows(output, case.stream) == []


def test_every_stream_of_the_catalog_has_its_case(config):
    catalog = SourceMparticle().discover(logging.getLogger("airbyte"), config)
    assert {stream.name for stream in catalog.streams} - {"audience_snapshots"} == {case.stream for case in CASES}
