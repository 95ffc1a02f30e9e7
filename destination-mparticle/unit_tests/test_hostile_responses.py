"""Whatever a server responds, records are accepted or refused, or a readable error ends the sync."""

import gzip
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from requests_mock import Mocker

from destination_mparticle.config import Platform, parse_config
from destination_mparticle.errors import ConfigError, SyncError
from destination_mparticle.events_api.refusals import error_path
from destination_mparticle.events_api.sender import EventsSender, SendContext
from destination_mparticle.http.auth import BasicAuth
from destination_mparticle.http.client import HttpClient
from destination_mparticle.http.exchange import open_session
from destination_mparticle.http.rate_limiter import RateLimiter, SharedRateLimiter
from destination_mparticle.http.retry import EVENTS_ACCEPTED, PLATFORM_ACCEPTED
from destination_mparticle.http.settings import HttpSettings
from destination_mparticle.http.token_auth import TokenAuth
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.objects.account import AccountOperation
from destination_mparticle.pipeline.packing import Request
from destination_mparticle.pipeline.record import TrackedRecord
from destination_mparticle.pipeline.routing import Route
from destination_mparticle.platform_api.account_change import AccountChange
from destination_mparticle.platform_api.client import open_client
from destination_mparticle.platform_api.sender import AccountSender
from destination_mparticle.sending.retrying_client import RetryContext, RetryingClient
from unit_tests.raw_server import server
from unit_tests.sending_helpers import ResultNotes, batch, run_context

HTTP = HttpSettings(connect_timeout=1.0, read_timeout=0.1, response_timeout=0.3)
BATCHES = [batch("a", user="u"), batch("b", "c", user="v")]
DIGITS = "9" * 6_000

ODD_TEXTS = st.sampled_from(
    [
        *("", "bad", f"bad &#{DIGITS}; x", "&#xD800;", "\ud800", "tök€n", "t\r\nX: 1", DIGITS, "²", "Path '" * 500),
        *("Path '[1].events', line 1, position 7.", f"Path '[{DIGITS}].x'", f"Path 'mpid', line 1, position {DIGITS}."),
        f"Path 'mpid', line {DIGITS}, position 1.",
    ]
)
NAMES = st.sampled_from(["errors", "error", "Errors", "message", "data", "id", "name", "access_token", "\ud800"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | ODD_TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=8,
)


def text_of(value: Any) -> bytes:
    """JSON with any integer and half characters in it, which `json` writes and not every reader takes."""
    return json.dumps(value).replace("true", DIGITS).encode()


ERRORS = ODD_TEXTS.map(lambda text: {"errors": [{"message": text}]}) | ODD_TEXTS.map(lambda text: {"message": text})
ACCOUNTS = st.sampled_from([True, 5, "7", "²", DIGITS]).map(lambda id_: {"data": [{"id": id_, "name": "North"}]})
TOKENS = ODD_TEXTS.map(lambda text: {"access_token": text, "data": []})
BROKEN = st.sampled_from([b"[" * 100_000, b'{"errors":' * 2_000, b"\xef\xbb\xbf{}", b"<html>"])
BODIES = (ERRORS | ACCOUNTS | TOKENS | VALUES).map(text_of) | st.binary(max_size=50) | BROKEN
HEADERS = st.sampled_from(
    [
        *(b"Location: http://[", b"Location: http://h/\xff\xfe", b"Location: http://h:99999999/x", b"Location: \x00"),
        b"Retry-After: Fri, 31 Dec 2027 23:59:59 +" + DIGITS[:20].encode(),
        b"Retry-After: Fri, 31 Dec 9999 23:59:59 -2359",
        *(b"Retry-After: 1e300", b"Retry-After: " + DIGITS.encode(), b"Retry-After: -5", b"Retry-After: 0.001"),
        *(b"X-mp-rate-limit-percentage-used: 1e308", b"X-mp-rate-limit-percentage-used: -1e308"),
        *(b"X-mp-rate-limit-exceeded: \xff", b"Content-Encoding: gzip", b"Content-Encoding: br"),
        *(
            b"Content-Length: " + DIGITS.encode(),
            b"Content-Length: -5",
            b"Content-Length: 1, 2",
            b"Content-Length: \xb2",
        ),
        *(b"Transfer-Encoding: chunked", b"Transfer-Encoding: gzip", b"nocolon", b": nameless", b" folded"),
        *(b"Set-Cookie: a=b; Max-Age=" + DIGITS.encode(), b'Set-Cookie: x="; Version=y; Domain=[::1; Port="x,y"'),
    ]
) | st.binary(max_size=20)
RARELY = st.sampled_from([False] * 9 + [True])
STATUSES = st.sampled_from([b"202", b"200", b"201", b"302", b"400", b"401", b"404", b"409", b"413", b"429"])
ODD_STATUSES = st.sampled_from([b"204", b"500", b"100", b"000", b"999", b"-1", b"x", b"\xb2\xb2\xb2", DIGITS.encode()])


@st.composite
def responses(draw: st.DrawFn) -> bytes:
    """A response with an oddity in its status, a header or its body, or in more than one of them."""
    lines = [b"HTTP/1.1 " + draw(ODD_STATUSES if draw(RARELY) else STATUSES) + b" X", b"Connection: close"]
    lines += draw(st.lists(HEADERS, max_size=2))
    body = draw(BODIES)
    if draw(RARELY):
        body = gzip.compress(body)
        lines.append(b"Content-Encoding: gzip")
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def context(
    results: ResultNotes, accepted: frozenset[int], error: Callable[[int, str], SyncError], limited: float | None
) -> RetryContext:
    limiter = None if limited is None else SharedRateLimiter(RateLimiter(limited))
    return RetryContext(run_context(results, 0.05), credentials_error=error, accepted=accepted, rate_limiter=limiter)


def refused(status: int, _request: str) -> SyncError:
    return ConfigError(f"refused {status}")


def is_storable(texts: Sequence[str]) -> bool:
    return all(len(text.encode()) < 10_000 for text in texts)


@settings(max_examples=80)
@given(responses())
def test_any_response_settles_the_records_of_a_request_or_ends_the_sync_with_an_error(response: bytes) -> None:
    results = ResultNotes()
    with server(response) as url:
        client = HttpClient(url, BasicAuth("the-key", "the-secret"), HTTP)
        sender = EventsSender(
            RetryingClient(client, context(results, EVENTS_ACCEPTED, refused, 1e6)), SendContext(results)
        )
        ended = False
        try:
            sender.deliver(Request(Route.LIVE, tuple(BATCHES)))
        except SyncError as error:
            ended = len(error.message) < 1_000
        sender.close()

    settled = sorted([*results.accepted_ids, *(record for record, _ in results.refused_ids)])
    assert ended or settled == ["a", "b", "c"]
    assert is_storable([text for _, text in results.refusals])
    assert all(error_path(text, BATCHES[0].body) in text for _, text in results.refusals)


@settings(max_examples=50)
@given(responses(), st.sampled_from(["append", "update", "soft_delete"]))
def test_any_response_settles_the_change_of_an_account_or_ends_the_sync_with_an_error(
    response: bytes, kind: str
) -> None:
    results = ResultNotes()
    token = b'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{"access_token":"t"}'
    with server(response) as url, server(token) as token_url:
        config = parse_config(
            {"api_key": "an-api-key", "api_secret": "an-api-secret", "pod": "US1", "environment": "development"}
            | {"platform": {"client_id": "a-client-id", "client_secret": "a-secret", "account_id": "1201"}}
            | {"api_url": url, "token_url": token_url}
        )
        for each in (config, replace(config, token_url=url)):
            client = RetryingClient(
                open_client(each, Platform("a-client-id", "a-secret", "1201"), HTTP),
                context(results, PLATFORM_ACCEPTED, refused, None),
            )
            sender = AccountSender(client, results, account_id="1201", stop_at_refusal=False)
            change = AccountChange(StreamKey("", "s"), TrackedRecord(b"", 1, 0), AccountOperation(kind, "7", "North"))
            with suppress(SyncError):
                sender.deliver(change)
            sender.close()
    assert is_storable([text for _, text in results.refusals])


@pytest.mark.parametrize("token", ["", "tök€n", "t\r\nX-Inject: 1", "t\x00", " t", None, 5])
def test_a_token_that_no_header_can_carry_is_an_error_that_names_the_address(requests_mock: Mocker, token: Any) -> None:
    requests_mock.post("https://x.example.com/token", json={"access_token": token})
    auth = TokenAuth(
        "https://x.example.com/token",
        client_id="a-client-id",
        client_secret="a-secret",
        audience="x",
        credentials_error=refused,
        settings=HTTP,
    )
    with pytest.raises(ConfigError, match=r"^The token endpoint answered 200 without a token .*`token_url`"):
        auth.acquire(open_session())
