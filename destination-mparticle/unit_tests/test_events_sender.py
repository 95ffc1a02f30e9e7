"""Requests to the Events API: what is retried, what is refused, and what ends a sync."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import requests
from requests_mock import Mocker

from destination_mparticle.errors import FailureType, SyncError
from destination_mparticle.events_api.errors import credentials_error
from destination_mparticle.events_api.sender import EventsSender, SendContext
from destination_mparticle.http.auth import BasicAuth
from destination_mparticle.http.client import HttpClient
from destination_mparticle.http.rate_limiter import RateLimiter, SharedRateLimiter
from destination_mparticle.http.retry import EVENTS_ACCEPTED
from destination_mparticle.pipeline.batch import Batch
from destination_mparticle.pipeline.packing import Request
from destination_mparticle.pipeline.routing import Route
from destination_mparticle.sending.retrying_client import RetryContext, RetryingClient
from unit_tests.refusing_service import NextBatchService, Service
from unit_tests.sending_helpers import EVENTS_URL, LIVE, ResultNotes, batch, run_context

Deliver = Callable[..., None]


@pytest.fixture
def results() -> ResultNotes:
    return ResultNotes()


@pytest.fixture
def deliver(results: ResultNotes) -> Deliver:
    def _deliver(*requests: Sequence[Batch], stop_at_refusal: bool = False, rate: float = 1e6) -> None:
        retry_context = RetryContext(
            run_context(results),
            credentials_error=lambda status, _request: credentials_error(status, "US1"),
            accepted=EVENTS_ACCEPTED,
            rate_limiter=SharedRateLimiter(RateLimiter(rate)),
        )
        client = HttpClient(EVENTS_URL, BasicAuth("the-key", "the-secret"))
        sender = EventsSender(
            RetryingClient(client, retry_context), SendContext(results, stop_at_refusal=stop_at_refusal)
        )
        for batches in requests:
            sender.deliver(Request(Route.LIVE, tuple(batches)))
        sender.close()

    return _deliver


@pytest.mark.parametrize(
    "failure",
    [
        {"status_code": 429, "headers": {"Retry-After": "0"}},
        {"status_code": 429, "headers": {"RetryAfter": "0", "X-mp-rate-limit-exceeded": '"acceleration"'}},
        {"status_code": 503},
        {"status_code": 500, "text": "<html>"},
        {"exc": requests.ConnectionError},
        {"exc": requests.ReadTimeout},
    ],
)
def test_what_may_pass_later_is_sent_again_with_the_same_bytes(
    requests_mock: Mocker, deliver: Deliver, results: ResultNotes, failure: dict[str, Any]
) -> None:
    requests_mock.post(LIVE, [failure, failure, {"status_code": 202}])

    deliver([batch("a"), batch("b")])

    assert results.accepted_ids == ["a", "b"]
    assert len({request.body for request in requests_mock.request_history}) == 1
    assert results.requests[0]["retries"] == 2


def test_a_request_is_sent_in_parts_while_the_rate_is_too_low_for_all_of_it(
    requests_mock: Mocker, deliver: Deliver, results: ResultNotes
) -> None:
    requests_mock.post(LIVE, status_code=202)

    deliver([batch(name, user=name) for name in "abcde"], rate=100)

    assert results.accepted_ids == ["a", "b", "c", "d", "e"]
    assert [len(request.json()) for request in requests_mock.request_history] == [3, 2]


def test_what_does_not_pass_in_time_ends_the_sync_and_keeps_the_rest_unconfirmed(
    requests_mock: Mocker, deliver: Deliver, results: ResultNotes
) -> None:
    requests_mock.post(LIVE, status_code=503)

    with pytest.raises(SyncError, match=r"answered 503 to \d+ tries") as error:
        deliver([batch("a")])

    assert error.value.failure_type is FailureType.TRANSIENT
    assert (results.accepted_ids, results.refused_ids) == ([], [])


@pytest.mark.parametrize("status", [401, 403])
def test_wrong_credentials_stop_at_once_and_say_what_to_check(
    requests_mock: Mocker, deliver: Deliver, status: int
) -> None:
    requests_mock.post(LIVE, status_code=status)

    with pytest.raises(SyncError, match=r"`api_key`.*`api_secret`.*pod US1") as error:
        deliver([batch("a")])

    assert error.value.failure_type is FailureType.CONFIG
    assert requests_mock.call_count == 1


@pytest.mark.parametrize("status", [400, 413])
def test_a_refused_request_is_split_until_the_refused_record_is_alone(
    requests_mock: Mocker, deliver: Deliver, results: ResultNotes, status: int
) -> None:
    def respond(request: Any, context: Any) -> Any:
        context.status_code = status if b'"bad"' in request.body else 202
        return {"errors": [{"code": "X", "message": "No such thing."}]} if status == context.status_code else None

    requests_mock.post(LIVE, json=respond)

    deliver([batch("a", "b"), batch("c", "bad", "d"), batch("e")])

    assert results.refused_ids == [("bad", "No such thing.")]
    assert results.accepted_ids == ["a", "b", "c", "d", "e"]


def test_a_refusal_without_a_message_names_the_status(
    requests_mock: Mocker, deliver: Deliver, results: ResultNotes
) -> None:
    requests_mock.post(LIVE, status_code=400)
    deliver([batch("a")])
    assert results.refused_ids == [("a", "mParticle answered 400.")]


MANY = [["a", "b"], ["c", "d", "bad", "e"], ["f"], ["g"], ["h", "bad"], ["i"], ["j"], ["k"]]


def many() -> list[Batch]:
    return [batch(*names, user=f"u{n}") for n, names in enumerate(MANY)]


@pytest.mark.parametrize(("style", "requests_needed"), [("index", 11), ("position", 11), ("neither", 17)])
def test_what_a_202_refuses_in_whatever_style_is_found_and_all_else_counts_once(
    requests_mock: Mocker, deliver: Deliver, results: ResultNotes, style: str, requests_needed: int
) -> None:
    service = Service(style)
    requests_mock.post(LIVE, text=service)

    deliver(many())

    assert sorted(results.accepted_ids) == service.events == list("abcdefghijk")
    assert [row for row, _ in results.refused_ids] == ["bad", "bad"]
    assert all("&quot;" not in text and '"' in text for _, text in results.refused_ids)
    assert len(service.requests) <= requests_needed


def test_errors_that_name_the_wrong_batch_lose_nothing(
    requests_mock: Mocker, deliver: Deliver, results: ResultNotes
) -> None:
    service = NextBatchService("index")
    requests_mock.post(LIVE, text=service)

    deliver(many())

    assert sorted(results.accepted_ids) == service.events == list("abcdefghijk")
    assert [row for row, _ in results.refused_ids] == ["bad", "bad"]


@pytest.mark.parametrize("style", ["index", "position", "neither"])
def test_where_a_reject_ends_the_sync_a_refused_batch_is_not_split(
    requests_mock: Mocker, deliver: Deliver, results: ResultNotes, style: str
) -> None:
    service = Service(style)
    requests_mock.post(LIVE, text=service)

    deliver(many(), stop_at_refusal=True)

    assert [row for row, _ in results.refused_ids] == ["c", "d", "bad", "e", "h", "bad"]
    assert sorted(results.accepted_ids) == service.events == list("abfgijk")


def test_where_a_reject_ends_the_sync_nothing_of_the_user_follows_a_refused_batch(
    requests_mock: Mocker, deliver: Deliver, results: ResultNotes
) -> None:
    requests_mock.post(LIVE, text=Service("index"))

    deliver([batch("a"), batch("bad", user="v")], [batch("b"), batch("c", "d", user="v")], stop_at_refusal=True)

    assert results.accepted_ids == ["a", "b"]
    assert ([row for row, _ in results.refused_ids], results.held_back_records) == (["bad"], 2)


def test_a_single_batch_that_a_202_refuses_is_refused(
    requests_mock: Mocker, deliver: Deliver, results: ResultNotes
) -> None:
    requests_mock.post(LIVE, status_code=202, json={"errors": [{"code": "X", "message": "No &lt;such&gt; thing."}]})
    deliver([batch("a")])
    assert results.refused_ids == [("a", "No <such> thing.")]


@pytest.mark.parametrize(
    "body",
    [
        {"Errors": [{"message": "No."}]},
        {"error": {"Message": "No."}},
        {"error": None, "Errors": [{"message": "No."}]},
        {"errors": [], "error": "No."},
        [{"error": "No."}],
        [{}, {"errors": ["No."]}],
        {"data": {"errors": [{"message": "No."}]}},
        {"Data": [{"id": 1}, {"error": "No."}], "errors": []},
        [{"data": [{"ERRORS": "No."}]}],
    ],
    ids=str,
)
@pytest.mark.parametrize("status", [200, 202])
def test_errors_by_another_name_and_in_another_place_are_errors(
    requests_mock: Mocker, deliver: Deliver, results: ResultNotes, body: Any, status: int
) -> None:
    requests_mock.post(LIVE, status_code=status, json=body)
    deliver([batch("a")])
    assert results.refused_ids == [("a", "No.")]


@pytest.mark.parametrize("errors", [{"code": "X"}, "No.", ["No."], [{"code": "X"}], [None], 5, [[]]])
def test_errors_of_any_form_are_errors(
    requests_mock: Mocker, deliver: Deliver, results: ResultNotes, errors: Any
) -> None:
    requests_mock.post(LIVE, [{"status_code": 202, "json": {"errors": errors}}, {"status_code": 202}])
    deliver([batch("a", user="u"), batch("b", user="v")])
    assert (results.accepted_ids, requests_mock.call_count) == (["a", "b"], 3)


@pytest.mark.parametrize("status", [200, 202])
@pytest.mark.parametrize(
    "body",
    [
        *("", " ", "{}", "[]", "null", "5", '"ok"', '{"errors":null}', '{"errors":[]}', '{"message":"ok"}', "[{}]"),
        *('{"error":"","errors":{}}', '{"error":false}', '{"data":[],"errors":null}', '{"data":{"errors":[]}}'),
        *('{"data":{"batch":{"errors":"an attribute"}}}', '{"status":"ok","error_count":0}', '[{"message":"ok"}]'),
    ],
)
def test_an_empty_or_json_body_without_errors_confirms(
    requests_mock: Mocker, deliver: Deliver, results: ResultNotes, status: int, body: str
) -> None:
    requests_mock.post(LIVE, status_code=status, text=body)
    deliver([batch("a")])
    assert results.accepted_ids == ["a"]


@pytest.mark.parametrize(
    ("status", "body"), [(200, "<html>"), (202, "<html>"), (200, '{"err'), (201, ""), (204, ""), (400, "<html>")]
)
def test_what_is_not_mparticles_success_confirms_nothing(
    requests_mock: Mocker, deliver: Deliver, results: ResultNotes, status: int, body: str
) -> None:
    requests_mock.post(LIVE, status_code=status, text=body)
    with pytest.raises(SyncError, match=r"`pod`.*`events_url`"):
        deliver([batch("a")])
    assert (results.accepted_ids, results.refused_ids) == ([], [])


def test_a_wait_that_mparticle_asks_for_and_that_is_too_long_is_named(requests_mock: Mocker, deliver: Deliver) -> None:
    requests_mock.post(LIVE, status_code=429, headers={"Retry-After": "7200"})
    with pytest.raises(SyncError, match="asked to wait 7200 seconds, which is longer than the connector waits"):
        deliver([batch("a")])


@pytest.mark.parametrize("status", [301, 404, 405])
def test_an_unexpected_response_ends_the_sync(requests_mock: Mocker, deliver: Deliver, status: int) -> None:
    requests_mock.post(LIVE, status_code=status, headers={"Location": "https://elsewhere.example.com"})
    with pytest.raises(SyncError, match=r"`pod`.*`events_url`"):
        deliver([batch("a")])
    assert requests_mock.call_count == 1


def test_requests_carry_basic_credentials_and_json(requests_mock: Mocker, deliver: Deliver) -> None:
    requests_mock.post(LIVE, status_code=202)
    deliver([batch("a")])
    sent = requests_mock.request_history[-1]
    assert sent.headers["Authorization"] == "Basic dGhlLWtleTp0aGUtc2VjcmV0"
    assert sent.headers["Content-Type"] == "application/json"
    assert re.fullmatch(r"airbyte-destination-mparticle/[\d.]+", sent.headers["User-Agent"])
