import orjson
import pytest

from source_mparticle.api.envelope import records_of
from source_mparticle.api.problems import UnexpectedAnswer

URL = "https://api.test.example/v1/audiences?accountId=1"


@pytest.mark.parametrize(
    "body",
    [
        [{"id": 1}],
        {"data": [{"id": 1}]},
        {"data": [{"id": 1}], "dataType": "audience", "errors": None},
        {"data": [{"id": 1}], "data_type": "audience", "errors": []},
    ],
)
def test_records_are_found_in_every_form_of_a_list(body):
    assert records_of(orjson.dumps(body), URL) == [{"id": 1}]


@pytest.mark.parametrize("body", [[], {"data": []}, {"data": None, "errors": None}])
def test_an_empty_list_has_no_records(body):
    assert records_of(orjson.dumps(body), URL) == []


def test_errors_inside_a_success_are_raised_with_what_mparticle_says():
    body = {"data": [], "errors": [{"code": "VALIDATION_ERROR", "message": "no such thing"}, {"message": "really"}]}
    with pytest.raises(UnexpectedAnswer, match="VALIDATION_ERROR: no such thing; error: really"):
        records_of(orjson.dumps(body), URL)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"{}", b"3", b'{"message": "hello"}', b'["a"]', b'{"data": {"id": 1}}', b'[{"id": 1}']
)
def test_a_body_that_holds_no_list_is_never_an_empty_list(body):
    with pytest.raises(UnexpectedAnswer, match="/v1/audiences with something that is no list"):
        records_of(body, URL)


def test_integers_beyond_53_bits_survive():
    assert records_of(b'[{"id": 9223372036854775807}]', URL) == [{"id": 2**63 - 1}]
