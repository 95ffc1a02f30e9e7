"""A response is neither too long nor too slow."""

import gzip
import io
import time
from collections.abc import Iterator
from typing import Any

import pytest

from source_mparticle.api.errors import API_URL, Unavailable, UnexpectedResponse
from source_mparticle.api.http_session import Deadline, HttpSession, Request, Timeouts
from unit_tests.http_server import QuietHandler, http_server

MEBIBYTE = 1 << 20
URL = "https://api.test.example/v1/audiences?accountId=1201"
REQUEST = Request("GET", URL, API_URL)


class Endless(io.RawIOBase):
    """A body that never ends, and counts what was read of it."""

    read_bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.read_bytes += len(buffer)
        buffer[:] = b" " * len(buffer)
        return len(buffer)


def test_a_response_may_be_as_long_as_the_limit(requests_mock: Any) -> None:
    requests_mock.get(URL, content=b" " * MEBIBYTE)
    assert len(HttpSession(time.monotonic, max_bytes=MEBIBYTE).send(REQUEST).body) == MEBIBYTE


@pytest.mark.parametrize("packed", [False, True])
def test_a_response_that_is_longer_than_the_limit_unpacked_is_not_read_on(requests_mock: Any, packed: Any) -> None:
    body = b" " * (MEBIBYTE + 1)
    headers = {"Content-Encoding": "gzip"} if packed else {}
    requests_mock.get(URL, content=gzip.compress(body) if packed else body, headers=headers)
    with pytest.raises(UnexpectedResponse) as caught:
        HttpSession(time.monotonic, max_bytes=MEBIBYTE).send(REQUEST)
    assert str(caught.value) == (
        "mParticle's response to /v1/audiences is longer than 1 MB, the most that is read of one: check API URL "
        "(`api_url`). If it is right, report it with this message."
    )


def test_the_connection_check_reads_at_most_64_mb(requests_mock: Any) -> None:
    body = Endless()
    requests_mock.get(URL, body=io.BufferedReader(body))
    with pytest.raises(UnexpectedResponse, match="/v1/audiences is longer than 64 MB"):
        HttpSession(time.monotonic, Deadline(time.monotonic() + 60, 60)).send(REQUEST)
    assert body.read_bytes < 65 * MEBIBYTE


def test_no_answer_may_take_more_than_fifteen_minutes_whatever_its_rate() -> None:
    timeouts = Timeouts()
    assert timeouts.seconds_for(None) == 130
    assert timeouts.seconds_for(100_000) == 350
    assert timeouts.seconds_for(1 << 30) == 900


class Hinting(QuietHandler):
    """Sends as many interim responses before the final one as the path says."""

    def respond(self) -> None:
        hint = b"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n"
        self.wfile.write(hint * int(self.path[1:]))
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")


@pytest.fixture
def hinting() -> Iterator[str]:
    with http_server(Hinting) as url:
        yield url


@pytest.mark.parametrize("hints", [0, 1, 5])
def test_an_interim_response_is_followed_by_the_final_one(hinting: str, hints: int) -> None:
    session = HttpSession(time.monotonic)
    for _ in range(2):
        response = session.send(Request("GET", f"{hinting}/{hints}", API_URL))
        assert (response.status, bytes(response.body)) == (200, b"[]")
        assert "Link" not in response.headers


def test_interim_responses_without_an_end_are_no_response(hinting: str) -> None:
    with pytest.raises(Unavailable):
        HttpSession(time.monotonic).send(Request("GET", f"{hinting}/1000", API_URL))
