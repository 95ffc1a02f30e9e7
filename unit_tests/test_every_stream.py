"""What every stream does with every kind of response."""

import logging
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from requests_mock import Mocker

from source_mparticle import SourceMparticle
from unit_tests.fake_mparticle import Config, errors_of, failure, read_streams, rows
from unit_tests.stream_cases import CASES, PARENTS, Case, Single

every_stream = pytest.mark.parametrize("case", CASES, ids=str)
list_stream = pytest.mark.parametrize("case", [case for case in CASES if not isinstance(case, Single)], ids=str)

# Of a calculated attribute that was never activated.
MAY_BE_MISSING = ("calculated_attribute_activations", "calculated_attribute_calculations")


STREAMS = {
    stream["name"]: stream
    for component in SourceMparticle().resolved_manifest["streams"]
    for stream in component.get("streams", [component])
}


@pytest.fixture(autouse=True)
def parents(mparticle: Mocker, config: Config, request: pytest.FixtureRequest) -> None:
    config["org_id"] = "77"
    if "case" in request.fixturenames:
        case = request.getfixturevalue("case")
        require_parents(case, parent_paths(STREAMS.get(case.stream, {})))
    for url, body in PARENTS.items():
        mparticle.get(url, json=body)


def parent_paths(stream: dict[str, Any]) -> Iterator[str]:
    """The path templates of what a declared stream is read for, and of what that is read for."""
    for config in stream.get("retriever", {}).get("partition_router", {}).get("parent_stream_configs", ()):
        yield config["stream"]["retriever"]["requester"]["path"]
        yield from parent_paths(config["stream"])


def require_parents(case: Case, parent_paths: Iterable[str]) -> None:
    """Fail where `PARENTS` lacks the response of a parent; the paths are templates, as in the manifest."""
    known = [path_of(url) for url in PARENTS]
    for template in parent_paths:
        pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template))
        assert any(re.fullmatch(pattern, path) for path in known), (
            f"{case.stream} is read for each record of {template}: add a response of that path to PARENTS in "
            "unit_tests/stream_cases.py"
        )


def emitted(config: Config, case: Case) -> list[Any]:
    return rows(read_streams(config, case.stream), case.stream)


def warnings(output: Any) -> list[str]:
    return [message.log.message for message in output.logs if message.log.level.value == "WARN"]


def logged(output: Any) -> list[str]:
    return [message.log.message for message in output.logs]


def statuses(output: Any, stream: str) -> list[str]:
    return [status.value for status in output.get_stream_statuses(stream)]


def path_of(url: str) -> str:
    return urlsplit(url).path


@every_stream
def test_a_record_is_emitted_as_mparticle_sent_it_but_for_what_is_documented(
    mparticle: Mocker, config: Config, case: Case
) -> None:
    mparticle.get(case.url, json=case.body(case.record))
    assert emitted(config, case) == [case.record | case.changes]


@every_stream
def test_the_other_envelope_is_read_as_well(mparticle: Mocker, config: Config, case: Case) -> None:
    mparticle.get(case.url, json=case.other_body(case.record))
    assert emitted(config, case) == [case.record | case.changes]


@list_stream
def test_an_empty_list_is_a_success_without_records(mparticle: Mocker, config: Config, case: Case) -> None:
    mparticle.get(case.url, json=case.body())
    output = read_streams(config, case.stream)
    assert rows(output, case.stream) == []
    assert [status.value for status in output.get_stream_statuses(case.stream)] == ["STARTED", "COMPLETE"]
    assert warnings(output) == []


@every_stream
def test_a_field_nobody_documented_is_let_through(mparticle: Mocker, config: Config, case: Case) -> None:
    mparticle.get(case.url, json=case.body(case.record | {"brand_new": {"deep": [1, "a"]}}))
    assert emitted(config, case)[0]["brand_new"] == {"deep": [1, "a"]}


@every_stream
@pytest.mark.parametrize(
    ("status", "sentence"),
    [(403, "mParticle refused access to"), (404, "for account 1201: check Account ID (`account_id`)")],
)
def test_a_refusal_fails_the_stream_and_says_what_to_do(
    mparticle: Mocker, config: Config, waits: list[float], case: Case, status: int, sentence: str
) -> None:
    if status == 404 and case.stream in MAY_BE_MISSING:
        pytest.skip("a 404 is a response of this stream")
    mparticle.get(case.url, status_code=status, text="<html>not JSON</html>")
    output = read_streams(config, case.stream, fails=True)
    kind, message = failure(output)
    assert kind == "config_error"
    assert message.startswith(f"{case.stream}: ")
    assert sentence in message
    assert status == 404 or case.grant in message
    assert message.endswith(f"Or deselect the stream {case.stream}.")
    assert waits == []
    assert statuses(output, case.stream) == ["STARTED", "INCOMPLETE"]


@pytest.mark.parametrize("case", [case for case in CASES if case.stream in MAY_BE_MISSING], ids=str)
def test_a_404_of_every_object_is_no_row_where_the_parent_proves_the_feature(
    mparticle: Mocker, config: Config, case: Case
) -> None:
    mparticle.get(case.url, status_code=404)
    output = read_streams(config, case.stream)
    assert rows(output, case.stream) == []
    assert statuses(output, case.stream) == ["STARTED", "COMPLETE"]
    assert any("1 of 1 requests returned no row: 1 answered 404" in line for line in logged(output))


@list_stream
@pytest.mark.parametrize("body", ["null", '{"data": null, "errors": null}', '{"message": "moved"}'])
def test_a_response_that_does_not_say_that_it_is_empty_fails_the_stream(
    mparticle: Mocker, config: Config, case: Case, body: Any
) -> None:
    mparticle.get(case.url, text=body)
    output = read_streams(config, case.stream, fails=True)
    assert path_of(case.url) in failure(output)[1]
    assert "moved" not in failure(output)[1]
    assert statuses(output, case.stream) == ["STARTED", "INCOMPLETE"]


@every_stream
@pytest.mark.parametrize("value", [None, "absent"], ids=str)
def test_a_record_without_its_key_fails_the_stream(mparticle: Mocker, config: Config, case: Case, value: Any) -> None:
    for key in case.key:
        keyless = {name: each for name, each in case.record.items() if name != key}
        if value != "absent":
            keyless[key] = value
        mparticle.get(case.url, json=case.body(keyless))
        output = read_streams(config, case.stream, fails=True)
        assert errors_of(output), (
            f"{case.stream} is read without {key}: `key` of its case is not its key in manifest.yaml"
        )
        assert path_of(case.url) in failure(output)[1]
        assert key in failure(output)[1]
        assert statuses(output, case.stream) == ["STARTED", "INCOMPLETE"]


@every_stream
def test_a_401_that_stays_fails_the_stream(mparticle: Mocker, config: Config, waits: list[float], case: Case) -> None:
    mparticle.get(case.url, status_code=401)
    kind, message = failure(read_streams(config, case.stream, fails=True))
    assert kind == "config_error"
    assert "check that Account ID (`account_id`) 1201" in message


@every_stream
def test_a_429_is_retried_after_the_time_it_asks_for(
    mparticle: Mocker, config: Config, waits: list[float], case: Case
) -> None:
    mparticle.get(case.url, [{"status_code": 429, "headers": {"Retry-After": "7"}}, {"json": case.body(case.record)}])
    assert emitted(config, case) == [case.record | case.changes]
    assert waits == [pytest.approx(7, abs=0.5)]


@every_stream
def test_a_500_is_retried_with_growing_waits(mparticle: Mocker, config: Config, waits: list[float], case: Case) -> None:
    mparticle.get(case.url, [{"status_code": 500}, {"status_code": 502}, {"json": case.body(case.record)}])
    assert emitted(config, case) == [case.record | case.changes]
    assert [wait <= longest for wait, longest in zip(waits, (2, 4), strict=True)] == [True, True]


@every_stream
def test_errors_inside_a_success_fail_the_stream(mparticle: Mocker, config: Config, case: Case) -> None:
    mparticle.get(case.url, json={"data": [], "errors": [{"code": "VALIDATION_ERROR", "message": "broken"}]})
    output = read_streams(config, case.stream, fails=True)
    assert "with errors: VALIDATION_ERROR: broken" in failure(output)[1]
    assert rows(output, case.stream) == []


@every_stream
@pytest.mark.parametrize("body", ["<html>sign in</html>", '{"data": null, "errors": null}'])
def test_a_success_that_holds_no_records_fails_the_stream(
    mparticle: Mocker, config: Config, case: Case, body: Any
) -> None:
    mparticle.get(case.url, text=body)
    assert "not a list of records" in failure(read_streams(config, case.stream, fails=True))[1]


@list_stream
def test_a_success_that_holds_no_list_fails_the_stream(mparticle: Mocker, config: Config, case: Case) -> None:
    mparticle.get(case.url, text='{"message": "hello"}')
    output = read_streams(config, case.stream, fails=True)
    assert "not a list of records" in failure(output)[1]
    assert rows(output, case.stream) == []


def test_every_stream_of_the_catalog_has_its_case(config: Config) -> None:
    catalog = SourceMparticle().discover(logging.getLogger("airbyte"), config)
    assert {stream.name for stream in catalog.streams} - {"audience_snapshots"} == {case.stream for case in CASES}
