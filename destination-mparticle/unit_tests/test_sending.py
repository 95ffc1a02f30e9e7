import json
import random
import re
import threading
from collections import deque

import pytest
import requests

from destination_mparticle.events_api.client import EventsClient
from destination_mparticle.events_api.sender import SendContext, Sender
from destination_mparticle.http.rate_limiter import RateLimiter
from destination_mparticle.http.response import ApiResponse
from destination_mparticle.http.retry import EVENTS_ACCEPTED, RetryPolicy, Verdict, verdict
from destination_mparticle.pipeline.batch import Draft, Row, assemble
from destination_mparticle.pipeline.packing import Request
from destination_mparticle.pipeline.routing import Route
from destination_mparticle.protocol.catalog import StreamKey

URL = "https://s2s.us1.mparticle.com/v2"
LIVE = f"{URL}/bulkevents"
QUICK = RetryPolicy(base_seconds=0.001, cap_seconds=0.002, total_seconds=0.05)


class Book:
    def __init__(self):
        self.accepted_rows, self.refused_rows, self.requests, self.held = [], [], [], 0

    def accepted(self, batch):
        self.accepted_rows += [row.row_id for row in batch.rows]

    def refused(self, batch, words):
        self.refused_rows += [(row.row_id, words) for row in batch.rows]

    def held_back(self, _stream, records):
        self.held += records

    def requested(self, _batches, **counts):
        self.requests.append(counts)


@pytest.fixture
def book():
    return Book()


@pytest.fixture
def deliver(book):
    def _deliver(*requests, retry=QUICK, whole=False):
        around = SendContext(
            RateLimiter(1e6),
            threading.Lock(),
            book,
            retry,
            random.Random(1),
            threading.Event(),
            lambda: None,
            "US1",
            whole,
        )
        client = EventsClient(URL, "the-key", "the-secret")
        for batches in requests:
            Sender(client, around).deliver(Request(Route.LIVE, tuple(batches)))
        client.close()

    return _deliver


def batch(*names, user="u"):
    drafts = [Draft(user, Route.LIVE, b'{"mpid":1}', b'"%s"' % n.encode(), Row(b"", 1, 0, n)) for n in names]
    return assemble(StreamKey("", "s"), drafts, lambda: "never used")


@pytest.mark.parametrize(
    "trouble",
    [
        {"status_code": 429, "headers": {"Retry-After": "0"}},
        {"status_code": 429, "headers": {"RetryAfter": "0", "X-mp-rate-limit-exceeded": '"acceleration"'}},
        {"status_code": 503},
        {"status_code": 500, "text": "<html>"},
        {"exc": requests.ConnectionError},
        {"exc": requests.ReadTimeout},
    ],
)
def test_what_may_pass_later_is_sent_again_with_the_same_bytes(requests_mock, deliver, book, trouble):
    requests_mock.post(LIVE, [trouble, trouble, {"status_code": 202}])

    deliver([batch("a"), batch("b")])

    assert book.accepted_rows == ["a", "b"]
    assert len({request.body for request in requests_mock.request_history}) == 1
    assert book.requests[0]["retries"] == 2


def test_what_does_not_pass_in_time_ends_the_sync_and_keeps_the_rest_unconfirmed(requests_mock, deliver, book):
    requests_mock.post(LIVE, status_code=503)

    with pytest.raises(Exception, match=r"answered 503 to \d+ tries") as error:
        deliver([batch("a")])

    assert error.value.failure_type.value == "transient_error"
    assert (book.accepted_rows, book.refused_rows) == ([], [])


@pytest.mark.parametrize("status", [401, 403])
def test_wrong_credentials_stop_at_once_and_say_what_to_check(requests_mock, deliver, status):
    requests_mock.post(LIVE, status_code=status)

    with pytest.raises(Exception, match=r"`api_key`.*`api_secret`.*pod US1") as error:
        deliver([batch("a")])

    assert error.value.failure_type.value == "config_error"
    assert requests_mock.call_count == 1


@pytest.mark.parametrize("status", [400, 413])
def test_a_refused_request_is_halved_until_the_culprit_stands_alone(requests_mock, deliver, book, status):
    def answer(request, context):
        context.status_code = status if b'"bad"' in request.body else 202
        return {"errors": [{"code": "X", "message": "No such thing."}]} if status == context.status_code else None

    requests_mock.post(LIVE, json=answer)

    deliver([batch("a", "b"), batch("c", "bad", "d"), batch("e")])

    assert book.refused_rows == [("bad", "No such thing.")]
    assert book.accepted_rows == ["a", "b", "c", "d", "e"]


def test_a_refusal_without_a_message_names_the_status(requests_mock, deliver, book):
    requests_mock.post(LIVE, status_code=400)
    deliver([batch("a")])
    assert book.refused_rows == [("a", "mParticle answered 400.")]


class Service:
    """MParticle's side: refuses the batches that hold an event called bad, in one of its styles."""

    def __init__(self, style):
        self.style = style
        self.taken, self.requests = [], []

    def __call__(self, request, context):
        batches = json.loads(request.body)
        self.requests.append(len(batches))
        bad = [n for n, one in enumerate(batches) if "bad" in one["events"]]
        for n, one in enumerate(batches):
            if n not in bad and one["source_request_id"] not in {known for known, _ in self.taken}:
                self.taken.append((one["source_request_id"], one["events"]))
        context.status_code = 400 if len(bad) == len(batches) else 202
        if not bad:
            return ""
        return json.dumps({"errors": [{"code": "BAD_REQUEST", "message": self.words(request.text, n)} for n in bad]})

    def words(self, text, n):
        position = text.index('"bad"', text.index('"bad"') + 1 if n > self.first_bad(text) else 0) + 1
        return {
            "index": f"Error converting value &quot;bad&quot;. Path '[{n}].events', line 1, position 7.",
            "position": f"Error converting value &quot;bad&quot;. Path 'events', line 1, position {position}.",
            "neither": "Required event field &quot;event_type&quot; is missing or empty.",
        }[self.style]

    @staticmethod
    def first_bad(text):
        return next(n for n, one in enumerate(json.loads(text)) if "bad" in one["events"])

    @property
    def events(self):
        return sorted(event for _, events in self.taken for event in events)


MANY = [["a", "b"], ["c", "d", "bad", "e"], ["f"], ["g"], ["h", "bad"], ["i"], ["j"], ["k"]]


def many():
    return [batch(*names, user=f"u{n}") for n, names in enumerate(MANY)]


@pytest.mark.parametrize(("style", "requests_needed"), [("index", 11), ("position", 11), ("neither", 17)])
def test_what_a_202_refuses_in_whatever_style_is_found_and_all_else_counts_once(
    requests_mock, deliver, book, style, requests_needed
):
    service = Service(style)
    requests_mock.post(LIVE, text=service)

    deliver(many())

    assert sorted(book.accepted_rows) == service.events == list("abcdefghijk")
    assert [row for row, _ in book.refused_rows] == ["bad", "bad"]
    assert all("&quot;" not in words and '"' in words for _, words in book.refused_rows)
    assert len(service.requests) <= requests_needed


def test_errors_that_name_the_wrong_batch_lose_nothing(requests_mock, deliver, book):
    service = Service("index")
    service.words = lambda _text, n: f"Error. Path '[{n + 1}].events', line 1, position 7."
    requests_mock.post(LIVE, text=service)

    deliver(many())

    assert sorted(book.accepted_rows) == service.events == list("abcdefghijk")
    assert [row for row, _ in book.refused_rows] == ["bad", "bad"]


@pytest.mark.parametrize("style", ["index", "position", "neither"])
def test_where_a_reject_ends_the_sync_a_refused_batch_is_not_cut_up(requests_mock, deliver, book, style):
    service = Service(style)
    requests_mock.post(LIVE, text=service)

    deliver(many(), whole=True)

    assert [row for row, _ in book.refused_rows] == ["c", "d", "bad", "e", "h", "bad"]
    assert sorted(book.accepted_rows) == service.events == list("abfgijk")


def test_where_a_reject_ends_the_sync_nothing_of_the_user_follows_a_refused_batch(requests_mock, deliver, book):
    requests_mock.post(LIVE, text=Service("index"))

    deliver([batch("a"), batch("bad", user="v")], [batch("b"), batch("c", "d", user="v")], whole=True)

    assert book.accepted_rows == ["a", "b"]
    assert ([row for row, _ in book.refused_rows], book.held) == (["bad"], 2)


def test_a_single_batch_that_a_202_refuses_is_refused(requests_mock, deliver, book):
    requests_mock.post(LIVE, status_code=202, json={"errors": [{"code": "X", "message": "No &lt;such&gt; thing."}]})
    deliver([batch("a")])
    assert book.refused_rows == [("a", "No <such> thing.")]


def test_errors_by_another_name_are_errors(requests_mock, deliver, book):
    requests_mock.post(LIVE, [{"status_code": 202, "json": {"Errors": [{"message": "No."}]}}])
    deliver([batch("a")])
    assert book.refused_rows == [("a", "No.")]


@pytest.mark.parametrize("errors", [{"code": "X"}, "No.", ["No."], [{"code": "X"}], [None], 5, [[]]])
def test_errors_of_any_form_are_errors(requests_mock, deliver, book, errors):
    requests_mock.post(LIVE, [{"status_code": 202, "json": {"errors": errors}}, {"status_code": 202}])
    deliver([batch("a", user="u"), batch("b", user="v")])
    assert (book.accepted_rows, requests_mock.call_count) == (["a", "b"], 3)


@pytest.mark.parametrize("status", [200, 202])
@pytest.mark.parametrize("body", ["", " ", "{}", "[]", "null", '{"errors":null}', '{"errors":[]}', '{"message":"ok"}'])
def test_an_empty_or_json_body_without_errors_confirms(requests_mock, deliver, book, status, body):
    requests_mock.post(LIVE, status_code=status, text=body)
    deliver([batch("a")])
    assert book.accepted_rows == ["a"]


@pytest.mark.parametrize(
    ("status", "body"), [(200, "<html>"), (202, "<html>"), (200, '{"err'), (201, ""), (204, ""), (400, "<html>")]
)
def test_what_is_not_mparticles_success_confirms_nothing(requests_mock, deliver, book, status, body):
    requests_mock.post(LIVE, status_code=status, text=body)
    with pytest.raises(Exception, match=r"`pod`.*`events_url`"):
        deliver([batch("a")])
    assert (book.accepted_rows, book.refused_rows) == ([], [])


def test_a_wait_that_mparticle_asks_for_and_that_is_too_long_is_named(requests_mock, deliver):
    requests_mock.post(LIVE, status_code=429, headers={"Retry-After": "7200"})
    with pytest.raises(Exception, match="asked to wait 7200 seconds, which is longer than the connector waits"):
        deliver([batch("a")])


@pytest.mark.parametrize("status", [301, 404, 405])
def test_an_answer_that_makes_no_sense_ends_the_sync(requests_mock, deliver, status):
    requests_mock.post(LIVE, status_code=status, headers={"Location": "https://elsewhere.example.com"})
    with pytest.raises(Exception, match=r"`pod`.*`events_url`"):
        deliver([batch("a")])
    assert requests_mock.call_count == 1


def test_requests_carry_basic_credentials_and_json(requests_mock, deliver):
    requests_mock.post(LIVE, status_code=202)
    deliver([batch("a")])
    sent = requests_mock.last_request
    assert sent.headers["Authorization"] == "Basic dGhlLWtleTp0aGUtc2VjcmV0"
    assert sent.headers["Content-Type"] == "application/json"
    assert re.fullmatch(r"airbyte-destination-mparticle/[\d.]+", sent.headers["User-Agent"])


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        *((status, Verdict.ACCEPTED) for status in (200, 202)),
        *((status, Verdict.FAIL) for status in (201, 204, 206)),
        *((status, Verdict.RETRY) for status in (None, 408, 429, 500, 502, 503, 599)),
        *((status, Verdict.SPLIT) for status in (400, 413)),
        *((status, Verdict.CREDENTIALS) for status in (401, 403)),
        *((status, Verdict.FAIL) for status in (302, 404, 422)),
    ],
)
def test_every_status_has_one_meaning(status, expected):
    assert verdict(ApiResponse(status), EVENTS_ACCEPTED) is expected


def test_waits_grow_with_full_jitter_up_to_a_cap_and_end_at_a_stated_time():
    policy = RetryPolicy(base_seconds=1, cap_seconds=8, total_seconds=100)
    for retries, ceiling in ((0, 1), (1, 2), (2, 4), (3, 8), (9, 8)):
        waits = [policy.wait(retries, 0, None, random.Random(seed)) for seed in range(200)]
        assert 0 <= min(waits) < 0.1 * ceiling
        assert 0.9 * ceiling < max(waits) <= ceiling
    assert policy.wait(0, 0, 50, random.Random(1)) == 50
    assert policy.wait(0, 60, 50, random.Random(1)) is None
    assert policy.wait(0, 100, None, random.Random(1)) is None


class Limiter:
    """MParticle's side: so many batches in any second."""

    def __init__(self, limit):
        self.limit, self.window, self.refusals, self.asked, self.admitted = limit, deque(), 0, 0, 0

    def ask(self, batches, now):
        while self.window and self.window[0][0] <= now - 1:
            self.window.popleft()
        used = sum(count for _, count in self.window)
        self.asked += 1
        if used >= self.limit:
            self.refusals += 1
            return None
        self.window.append((now, batches))
        self.admitted += batches
        return min(100.0, 100 * (used + batches) / self.limit)


def driven(pacer, limiter, seconds, batches=14, jitter=0.02):
    rng = random.Random(5)
    now = 0.0
    while now < seconds:
        now += pacer.reserve(batches, now)
        percentage = limiter.ask(batches, now + rng.uniform(0, jitter))
        if percentage is None:
            pacer.refused(now, 1, acceleration=False)
        else:
            pacer.answered(percentage, now)


def test_the_full_rate_is_used_with_hardly_a_refusal():
    limiter = Limiter(270)
    driven(RateLimiter(270), limiter, 60)
    assert limiter.admitted >= 0.95 * 270 * 60
    assert limiter.refusals < 0.005 * limiter.asked


def test_a_limit_below_the_configured_rate_is_found_by_the_header():
    limiter = Limiter(100)
    driven(RateLimiter(270), limiter, 120, batches=5)
    assert limiter.admitted >= 0.9 * 100 * 120
    assert limiter.refusals < 0.01 * limiter.asked


def test_nothing_leaves_before_retry_after_and_then_the_rate_is_lower():
    pacer = RateLimiter(100)
    for _ in range(50):
        pacer.reserve(10, 100.0)
    before = pacer.rate
    pacer.refused(200.0, 7.0, acceleration=False)
    assert pacer.rate < before
    assert pacer.reserve(10, 200.0) >= 7.0
    assert pacer.is_held(206.9)
    assert not pacer.is_held(207.1)


def test_after_a_complaint_of_acceleration_the_rate_grows_more_slowly():
    def grown(*, acceleration):
        pacer = RateLimiter(100)
        pacer.reserve(1, 0.0)
        pacer.refused(0.0, None, acceleration=acceleration)
        before = pacer.rate
        pacer.reserve(1, 1.0)
        return pacer.rate - before

    assert 0 < grown(acceleration=True) < grown(acceleration=False)
