import gzip
import json
import time
import tracemalloc
from datetime import datetime, timezone

import pytest
import requests

from destination_mparticle.http.auth import BasicAuth
from destination_mparticle.http.call import Call
from destination_mparticle.http.client import HttpClient
from destination_mparticle.http.response import ApiResponse, read_response
from destination_mparticle.http.settings import HttpSettings
from destination_mparticle.protocol.output import mask_secrets
from unit_tests.raw_server import server

HEAD = b"HTTP/1.1 %d X\r\nConnection: close\r\n"
CUT = b"Content-Encoding: gzip\r\nContent-Length: 15\r\n\r\n" + gzip.compress(b"x" * 50)[:15]
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
CORRUPT = b"Content-Encoding: gzip\r\nContent-Length: 8\r\n\r\nnot gzip"


QUICK = HttpSettings(connect_timeout=1.0, read_timeout=1.0, response_timeout=1.0)


def response_of(*pieces: bytes, pause: float = 0.0, seconds: float = 5.0) -> ApiResponse:
    with server(*pieces, pause=pause) as url:
        settings = HttpSettings(connect_timeout=1.0, read_timeout=1.0, response_timeout=seconds)
        client = HttpClient(url, BasicAuth("the-key", "the-secret"), settings)
        try:
            return client.send(Call("POST", "/bulkevents", b"[]"))
        finally:
            client.close()


@pytest.mark.parametrize("status", [202, 500])
@pytest.mark.parametrize(
    "rest",
    [
        CUT,
        CORRUPT,
        b"Content-Encoding: br\r\nContent-Length: 2\r\n\r\n{}",
        b"Content-Length: 2\r\nContent-Length: 5\r\n\r\n{}",
        b"Content-Length: 100\r\n\r\n{",
        CHUNKED + b"zz\r\n",
        CHUNKED + b"2\r\n{}\r\n",
        CHUNKED + b"9\r\n{}",
    ],
    ids=[
        *("gzip cut short", "corrupt gzip", "unknown coding", "two lengths", "cut short"),
        *("broken chunks", "no last chunk", "chunk cut short"),
    ],
)
def test_a_response_that_cannot_be_read_is_none_and_so_tried_again(status: int, rest: bytes) -> None:
    assert response_of(HEAD % status + rest).status in {None, 500}


def test_a_response_that_is_compressed_unasked_is_read() -> None:
    zipped = gzip.compress(b'{"errors":[{"message":"No."}]}')
    head = HEAD % 202 + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(zipped)
    assert response_of(head + zipped).errors == ("No.",)


@pytest.mark.parametrize("hints", [1, 5])
def test_an_interim_response_is_followed_by_the_final_one(hints: int) -> None:
    hint = b"HTTP/1.1 103 Early Hints\r\nRetry-After: 7\r\n\r\n"
    final = HEAD % 429 + b"Content-Length: 17\r\n\r\n" + b'{"message":"No."}'
    response = response_of(hint * hints + final)
    assert (response.status, response.retry_after, response.message) == (429, None, "No.")


def test_a_response_in_chunks_is_read() -> None:
    body = b'{"errors":[{"message":"No."}]}'
    chunks = [b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:7], body[7:8], body[8:])]
    assert response_of(HEAD % 202 + CHUNKED, *chunks, b"0\r\n\r\n", pause=0.01).errors == ("No.",)


def test_a_refusal_needs_no_body_to_be_one() -> None:
    assert response_of(HEAD % 403 + CORRUPT).status == 403


@pytest.mark.parametrize(("status", "told"), [(429, 429), (503, None)])
def test_what_the_headers_ask_for_counts_also_where_the_body_cannot_be_read(status: int, told: int | None) -> None:
    headers = b"Retry-After: 7\r\nX-mp-rate-limit-exceeded: acceleration\r\n"
    response = response_of(HEAD % status + headers + CORRUPT)
    assert (response.status, response.retry_after, response.exceeded) == (told, 7.0, "acceleration")
    assert response.message == "ContentDecodingError"


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 202 X\r\nX-Drip: ", b"a"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
        (HEAD % 202 + b"Content-Length: 100\r\n\r\n", b" "),
        (HEAD % 202 + CHUNKED, b"1\r\n \r\n"),
        (HEAD % 302 + b"Location: /x\r\n" + CHUNKED, b"1\r\n \r\n"),
    ],
    ids=["status line", "header", "endless 100 Continue", "endless 103 Early Hints", "length", "chunks", "redirect"],
)
def test_a_slow_response_is_aborted_when_its_time_is_over(start: bytes, piece: bytes) -> None:
    started = time.monotonic()
    response = response_of(start, *[piece] * 50, pause=0.1, seconds=1.0)
    assert response.status in {None, 302}
    assert response.message.startswith("ReadTimeout")
    assert 0.9 < time.monotonic() - started < 2


def test_a_slow_response_of_a_proxy_is_aborted_too(monkeypatch: pytest.MonkeyPatch) -> None:
    started = time.monotonic()
    with server(b"HTTP/1.1 202 X\r\nX-Drip: ", *[b"a"] * 50, pause=0.1) as url:
        monkeypatch.setenv("http_proxy", url)
        client = HttpClient("http://mparticle.example.com", BasicAuth("the-key", "the-secret"), QUICK)
        assert client.send(Call("POST", "/bulkevents", b"[]")).message.startswith("ReadTimeout")
        client.close()
    assert 0.9 < time.monotonic() - started < 2


def test_silence_is_not_waited_for_beyond_the_time_of_the_response() -> None:
    started = time.monotonic()
    assert response_of(HEAD % 202, pause=5.0, seconds=0.3).message.startswith("ReadTimeout")
    assert time.monotonic() - started < 0.8


@pytest.mark.parametrize("coding", [b"", b"Content-Encoding: gzip\r\n"], ids=["plain", "gzip"])
@pytest.mark.parametrize("status", [202, 302])
def test_a_body_that_is_far_too_long_costs_little_memory(status: int, coding: bytes) -> None:
    body = gzip.compress(b"x" * 50_000_000) if coding else b"x" * 50_000_000
    head = HEAD % status + b"Location: /x\r\n" + coding + b"\r\n"
    tracemalloc.start()
    try:
        response = response_of(head + body)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (response.status, response.message) == (None if status == 202 else 302, "ContentDecodingError")
    assert peak < len(head + body) + 5_000_000


def test_a_body_without_end_is_aborted_at_the_size_limit() -> None:
    response = response_of(HEAD % 202 + b"\r\n", *[b"x" * 65_536] * 20)
    assert response.status is None


@pytest.mark.parametrize(
    "location", [b"http://[", b"http://h/\xff\xfe", b"http://h:99999999/x", b"//", b"\x00"], ids=repr
)
def test_a_redirect_to_what_is_no_address_is_a_redirect(location: bytes) -> None:
    assert response_of(HEAD % 302 + b"Location: " + location + b"\r\nContent-Length: 0\r\n\r\n").status == 302


@pytest.mark.parametrize("rest", [b"", gzip.compress(b""), b"\0" * 10], ids=["one", "two", "padded"])
def test_a_compressed_response_may_have_several_parts_or_padding(rest: bytes) -> None:
    body = gzip.compress(b'{"message":') + gzip.compress(b'"No."}') + rest
    assert response_of(HEAD % 400 + b"Content-Encoding: gzip\r\n\r\n" + body).message == "No."


def test_redirects_are_not_followed() -> None:
    with server(HEAD % 202 + b"\r\n") as elsewhere:
        location = b"Location: " + elsewhere.encode() + b"\r\nContent-Length: 0\r\n\r\n"
        assert response_of(HEAD % 307 + location).status == 307


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("-5", 0.0),
        ("nan", None),
        ("inf", None),
        ("²", None),
        ("soon", None),
        ("Fri, 31 May 2024 10:00:09 GMT", 9.0),
        ("Fri, 31 May 2024 10:00:09 -0000", 9.0),
        ("Fri, 31 May 2024 09:00:00 GMT", 0.0),
        ("Fri, 31 Dec 2027 23:59:59 +99999999999999999999", None),
        ("Fri, 31 Dec 9999 23:59:59 -2359", 1e9),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 1e9),
        ("1e300", 1e9),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_nothing_else(header: str, seconds: float | None) -> None:
    response = requests.Response()
    response.status_code = 429
    response.headers["Retry-After"] = header
    now = datetime(2024, 5, 31, 10, tzinfo=timezone.utc)
    assert read_response(response, b"", now).retry_after == seconds


@pytest.mark.parametrize(("header", "percentage"), [("98.5", 98.5), ("1e308", None), ("-1e308", None), ("many", None)])
def test_a_share_of_the_limit_that_cannot_be_is_none(header: str, percentage: float | None) -> None:
    response = requests.Response()
    response.status_code = 202
    response.headers["X-mp-rate-limit-percentage-used"] = header
    assert read_response(response, b"").percentage_used == percentage


def error_of(message: str) -> ApiResponse:
    response = requests.Response()
    response.status_code = 400
    return read_response(response, json.dumps({"errors": [{"message": message}]}).encode())


def test_of_a_long_error_the_ends_are_kept() -> None:
    text = error_of(f"Bad value &quot;{'x' * 900_000}&quot;. Path '[1].mpid', line 1, position 7.").error_text
    assert text.startswith('Bad value "xxx')
    assert text.endswith("xxx\". Path '[1].mpid', line 1, position 7.")
    assert len(text) < 2_100


def test_many_errors_are_kept_up_to_a_number_and_a_length() -> None:
    response = requests.Response()
    response.status_code = 202
    read = read_response(response, json.dumps({"errors": ["No."] * 200_000}).encode())
    assert 100 < len(read.errors) < 10_000
    assert len(read.error_text) < 2_100


def test_a_secret_at_the_cut_is_masked_before_it_is_cut() -> None:
    mask_secrets(["a-long-secret"])
    try:
        text = error_of("." * 994 + "a-long-secret" * 2 + "." * 994).error_text
    finally:
        mask_secrets(())
    assert "secret" not in text
    assert "a-lo" not in text


def test_a_number_of_a_character_that_has_too_many_digits_is_left_as_it_is() -> None:
    assert error_of(f"bad &#{'9' * 6_000}; &amp; worse").error_text.startswith("bad &#999")
