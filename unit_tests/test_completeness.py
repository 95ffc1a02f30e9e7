"""A list that says that it goes on elsewhere is not taken for the whole of it, whichever way it says so."""

from collections.abc import Mapping
from typing import Any

import orjson
import pytest

from source_mparticle.api.envelope import records_inside, records_of
from source_mparticle.api.errors import UnexpectedResponse
from source_mparticle.api.response import ApiResponse

URL = "https://api.test.example/v1/audiences?accountId=1"
ROWS = [{"id": 1, "next": 2, "total": 99, "has_more": True}, {"id": 2}]
GOES_ON: list[dict[str, Any]] = [
    {"next": "https://api.test.example/v1/audiences?page=2"},
    {"nextLink": "x"},
    {"@odata.nextLink": "x"},
    {"next_cursor": "abc"},
    {"NEXT-PAGE": 2},
    {"nextPageUrl": "x"},
    {"next_page_token": "abc"},
    {"cursor": "abc"},
    {"continuationToken": "abc"},
    {"has_next": True},
    {"hasNextPage": True},
    {"hasMore": "true"},
    {"more_results": True},
    {"isTruncated": True},
    {"partial": True},
    {"incomplete_results": True},
    {"isLast": False},
    {"complete": False},
    {"offset": 10},
    {"total": 3},
    {"total_count": "3"},
    {"totalElements": 3},
    {"count": 3},
    {"totalPages": 2},
    {"page_count": 2},
    {"links": {"next": "x"}},
    {"_links": {"next": {"href": "x"}}},
    {"links": [{"rel": "self", "href": "x"}, {"rel": "next", "href": "y"}]},
    {"paging": {"next": "x"}},
    {"pagination": {"total": 3}},
    {"meta": {"next_page": 2}},
    {"meta": {"pagination": {"links": {"next": "x"}}}},
    {"page": {"totalElements": 3}},
]
IS_WHOLE: list[dict[str, Any]] = [
    {"next": None},
    {"next": ""},
    {"nextLink": {"href": None}},
    {"has_more": False},
    {"hasMore": "false"},
    {"truncated": False},
    {"isLast": True},
    {"offset": 0},
    {"total": 2},
    {"total": 1},
    {"count": "2"},
    {"totalPages": 1},
    {"total": "two"},
    {"links": {"self": "x", "next": None, "prev": None}},
    {"links": [{"rel": "self", "href": "x"}]},
    {"meta": {"total": 2, "brand_new": {"next": "x"}}},
    {"brand_new": {"next": "x"}},
    {"next_steps": "Read the documentation"},
    {"moreover": "x"},
    {"total_size_of_audiences": 8123},
]
HEADERS_THAT_GO_ON = [
    {"Link": '<https://api.test.example/v1/audiences?page=2>; rel="next"'},
    {"link": "<a>; rel=self, <b>; title=x; rel=next"},
    {"Link": '<b>; rel="last next"'},
    {"Content-Range": "items 0-1/3"},
    {"Content-Range": "items 1-2/3"},
    {"Content-Range": "items */3"},
    {"X-Total-Count": "3"},
    {"X-Next-Page": "2"},
    {"x-ms-continuation": "abc"},
]
HEADERS_OF_A_WHOLE = [
    {"Link": '<https://api.test.example/next>; rel="help"'},
    {"Link": "</style.css>; rel=preload; as=style"},
    {"Content-Range": "items 0-1/2"},
    {"Content-Range": "items 0-1/*"},
    {"X-Total-Count": "2"},
    {"X-Next-Page": ""},
    {"X-Request-Id": "abc"},
    {"Content-Length": "900"},
]


def response(body: Any, headers: Mapping[str, str] | None = None) -> ApiResponse:
    return ApiResponse(200, URL, orjson.dumps(body), headers=headers or {})


@pytest.mark.parametrize("beside", GOES_ON, ids=str)
def test_a_list_beside_a_sign_that_it_goes_on_fails(beside: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedResponse, match="with a list that has further pages"):
        records_of(response({"data": ROWS, **beside}))
    with pytest.raises(UnexpectedResponse, match="with a list that has further pages"):
        records_inside(response({"roles": ROWS, **beside}), "roles")


@pytest.mark.parametrize("beside", IS_WHOLE, ids=str)
def test_a_list_beside_what_agrees_with_it_is_whole(beside: dict[str, Any]) -> None:
    assert list(records_of(response({"data": ROWS, **beside}))) == ROWS
    assert list(records_inside(response({"roles": ROWS, **beside}), "roles")) == ROWS


@pytest.mark.parametrize("body", [ROWS, {"data": ROWS}], ids=["array", "envelope"])
@pytest.mark.parametrize("headers", HEADERS_THAT_GO_ON, ids=str)
def test_a_list_whose_headers_say_that_it_goes_on_fails(body: Any, headers: dict[str, str]) -> None:
    with pytest.raises(UnexpectedResponse, match="with a list that has further pages"):
        records_of(response(body, headers))


@pytest.mark.parametrize("headers", HEADERS_OF_A_WHOLE, ids=str)
def test_a_list_whose_headers_agree_with_it_is_whole(headers: dict[str, str]) -> None:
    assert list(records_of(response(ROWS, headers))) == ROWS
