import json
from typing import Any

import orjson
import pytest

from source_mparticle.api.envelope import record_of, records_inside, records_of
from source_mparticle.api.errors import UnexpectedResponse
from source_mparticle.api.json_text import complete_json
from source_mparticle.api.response import ApiResponse

URL = "https://api.test.example/v1/audiences?accountId=1"
NO_LISTS = [
    b"{}",
    b"3",
    b"null",
    b'"text"',
    b'{"data": null}',
    b'{"data": null, "errors": null}',
    b'{"data": null, "errors": []}',
    b'{"message": "hello"}',
    b'["a"]',
    b"[null]",
    b"[[]]",
    b'[{"id": 1}, 2]',
    b'{"data": {"id": 1}}',
    b'{"data": [null]}',
]


def response(body: Any, **more: Any) -> ApiResponse:
    return ApiResponse(200, URL, body if isinstance(body, bytes) else orjson.dumps(body), **more)


@pytest.mark.parametrize(
    "body",
    [
        [{"id": 1}],
        {"data": [{"id": 1}]},
        {"data": [{"id": 1}], "dataType": "audience", "errors": None},
        {"data": [{"id": 1}], "data_type": "audience", "errors": []},
    ],
)
def test_records_are_found_in_every_form_of_a_list(body: Any) -> None:
    assert list(records_of(response(body))) == [{"id": 1}]


@pytest.mark.parametrize("body", [b"[]", b" [ ] ", b'{"data": []}', b'{"data": [], "errors": null}'])
def test_a_list_that_says_that_it_is_empty_has_no_records(body: Any) -> None:
    assert list(records_of(response(body))) == []


@pytest.mark.parametrize("body", NO_LISTS)
def test_a_body_that_holds_no_list_fails_before_the_first_record(body: Any) -> None:
    with pytest.raises(UnexpectedResponse, match="/v1/audiences with something that is not a list") as caught:
        records_of(response(body))
    assert "hello" not in str(caught.value)


ERRORS = {"data": [], "errors": [{"code": "VALIDATION_ERROR", "message": "no such thing"}, {"message": "really"}]}


def test_errors_inside_a_success_are_raised_with_what_mparticle_says() -> None:
    with pytest.raises(UnexpectedResponse, match="VALIDATION_ERROR: no such thing; error: really"):
        records_of(response(ERRORS, quoted=str))


def test_errors_are_not_quoted_where_no_text_may_be() -> None:
    with pytest.raises(UnexpectedResponse, match="with errors: 2, which are not shown here"):
        records_of(response(ERRORS))


@pytest.mark.parametrize("errors", [{"code": "A"}, "text", 1, True])
def test_errors_of_any_form_are_errors(errors: Any) -> None:
    with pytest.raises(UnexpectedResponse, match="with errors"):
        records_of(response({"data": [{"id": 1}], "errors": errors}, quoted=str))


@pytest.mark.parametrize("number", [2**63 - 1, -(2**63), -(2**63) - 1, 2**64 - 1, 2**64, -(2**64), 10**40])
def test_whole_numbers_of_any_size_stay_exact(number: int) -> None:
    (record,) = records_of(response(json.dumps([{"id": number}]).encode()))
    assert record == {"id": number}
    assert isinstance(record["id"], int)


@pytest.mark.parametrize(
    "value", ["1e400", '"\xff"', "1" * 5000, "[" * 1100 + "]" * 1100, "-1e999, 12345678901234567890"]
)
def test_a_value_that_cannot_be_kept_is_a_failure(value: Any) -> None:
    with pytest.raises(UnexpectedResponse):
        list(records_of(response(f'[{{"a": [{value}]}}]'.encode("latin-1"))))


@pytest.mark.parametrize("body", [b'{"id": 1}', b'[{"id": 1}]', b'{"data": {"id": 1}}', b'{"data": [{"id": 1}]}'])
def test_the_one_record_of_a_response_is_found_in_every_form(body: Any) -> None:
    assert record_of(response(body)) == {"id": 1}


@pytest.mark.parametrize("body", [b"[]", b"null", b'[{"id": 1}, {"id": 2}]', b'{"data": null}', b"[1]", b"1"])
def test_a_response_without_one_record_is_a_failure(body: Any) -> None:
    with pytest.raises(UnexpectedResponse):
        record_of(response(body))


def test_records_inside_an_object_take_what_is_carried_along() -> None:
    body = {"by": "me", "other": 1, "roles": [{"id": 1}, {"id": 2}]}
    assert list(records_inside(response(body), "roles", ["by", "missing"])) == [
        {"id": 1, "by": "me"},
        {"id": 2, "by": "me"},
    ]


@pytest.mark.parametrize("inner", [{}, {"roles": None}, {"roles": {}}, {"roles": [1]}])
def test_an_object_without_its_list_is_a_failure(inner: Any) -> None:
    with pytest.raises(UnexpectedResponse):
        records_inside(response(inner), "roles")


@pytest.mark.parametrize(
    "beside",
    [
        {"error": "forbidden"},
        {"Errors": [{"code": "FORBIDDEN"}]},
        {"message": "Access denied", "status": 403},
        {"success": False},
        {"errors": None, "warnings": ["partial"]},
        {"hasMore": True},
        {"next": "https://api.test.example/v1/audiences?page=2"},
        {"ok": False},
        {"isSuccess": False},
        {"succeeded": False},
        {"success": None},
        {"status": 0},
        {"dataType": {"message": "refused"}},
        {"data_type": False},
        {"dataType": "Error"},
        {"total": 25},
    ],
    ids=str,
)
def test_an_empty_list_beside_a_sign_of_failure_is_not_an_empty_list(beside: Any) -> None:
    with pytest.raises(UnexpectedResponse, match="/v1/audiences with"):
        list(records_of(response({"data": [], **beside})))


@pytest.mark.parametrize("beside", [{"error": "half of it"}, {"has_more": True}, {"next_page": 2}], ids=str)
def test_rows_beside_a_sign_that_some_are_missing_are_not_taken_for_all(beside: Any) -> None:
    with pytest.raises(UnexpectedResponse, match="/v1/audiences with"):
        list(records_of(response({"data": [{"id": 1}], **beside})))
    with pytest.raises(UnexpectedResponse, match="/v1/audiences with"):
        record_of(response({"data": {"id": 1}, **beside}))


@pytest.mark.parametrize(
    "beside",
    [{"has_more": False}, {"next": None}, {"total": 0}, {"hasErrors": False}, {"brand_new": [1]}, {"error": None}],
    ids=str,
)
def test_what_says_nothing_of_missing_rows_is_let_through(beside: Any) -> None:
    if "brand_new" not in beside:
        assert list(records_of(response({"data": [], **beside}))) == []
    assert list(records_of(response({"data": [{"id": 1}], **beside}))) == [{"id": 1}]


@pytest.mark.parametrize("inside", [b"%s", b'[{"id": 1, "deep": %s}]', b'{"data": [{"id": 1, "deep": %s}]}'])
def test_what_is_nested_beyond_all_measure_is_not_a_list(inside: Any) -> None:
    with pytest.raises(UnexpectedResponse, match="not a list of records"):
        list(records_of(response(bytes(complete_json(bytearray(inside % (b"[" * 5000 + b"]" * 5000)), URL)))))


@pytest.mark.parametrize(
    "body",
    [
        b'{"data": [], "errors": [{"code": "X"}], "errors": []}',
        b'{"data": [{"id": 1}], "data": []}',
        b'{"Data": [{"id": 1}], "data": []}',
        b'{"data": [{"id": 1}], "next": 2, "next": null}',
        b'{"data": [{"id": 1}], "errors": null, "ERRORS": null}',
        b'{"data": [], "x": "[]", "y": [[]], "d\\u0061ta": []}',
    ],
)
def test_a_name_that_an_envelope_holds_twice_is_a_failure(body: Any) -> None:
    with pytest.raises(UnexpectedResponse, match="not a list of records"):
        records_of(response(body))


@pytest.mark.parametrize("body", [b'{"id": 1, "errors": ["X"], "errors": []}', b'{"roles": [{"id": 1}], "roles": []}'])
def test_a_name_that_a_single_object_holds_twice_hides_nothing(body: Any) -> None:
    with pytest.raises(UnexpectedResponse, match="not a list of records"):
        records_inside(response(body), "roles")


def test_names_inside_of_records_may_come_in_any_spelling() -> None:
    body = b'{"note": "[]", "other": [], "data": [{"a": 1, "A": 2, "errors": [], "next": 1}]}'
    assert list(records_of(response(body))) == [{"a": 1, "A": 2, "errors": [], "next": 1}]
    assert record_of(response(b'{"id": 1, "Id": 2, "next": 3, "total": 4}'))["next"] == 3
