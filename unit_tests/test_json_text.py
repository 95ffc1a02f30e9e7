from typing import Any

import pytest

from source_mparticle.api.errors import Unavailable, UnexpectedResponse
from source_mparticle.api.json_text import complete_json

URL = "https://api.test.example/v1/audiences?accountId=1"


def whole(text: bytes) -> bytes:
    return bytes(complete_json(bytearray(text), URL))


@pytest.mark.parametrize("text", [b"[]", b' {"a": [1, "b", null]} \n', b"null", b"1", '["é😀"]'.encode()])
def test_a_complete_text_stays_as_it_is(text: bytes) -> None:
    assert whole(text) == text


def test_a_byte_order_mark_is_left_out() -> None:
    assert whole(b"\xef\xbb\xbf[1]") == b"[1]"


@pytest.mark.parametrize(
    "text", [b'[{"id": 12, "name": "a\\u00e9"}, {"id": 2}]', b'{"data": [[1.5], {"a": {}}], "b": true}']
)
def test_a_text_that_is_cut_anywhere_is_a_transient_error(text: bytes) -> None:
    for length in range(len(text)):
        with pytest.raises(Unavailable, match="/v1/audiences was cut short"):
            whole(text[:length])


@pytest.mark.parametrize(
    "text",
    [
        b"<html>",
        b"hello",
        b"NaN",
        b"[NaN]",
        b"[Infinity]",
        b"[1,]",
        b"[1] x",
        b"'a'",
        b"\xff\xfe[\x00]\x00",
    ],
)
def test_what_is_not_json_is_unexpected(text: bytes) -> None:
    with pytest.raises(UnexpectedResponse, match="/v1/audiences with something") as caught:
        whole(text)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("text", "decoded"),
    [
        (rb'["\ud800"]', rb'["\ufffd"]'),
        (rb'["a\uDFFFb\ud83dc"]', rb'["a\ufffdb\ufffdc"]'),
        (rb'["\ud83d\ude00"]', rb'["\ud83d\ude00"]'),
        (rb'["\ud83d\ud83d\ude00"]', rb'["\ufffd\ud83d\ude00"]'),
        (rb'["\\ud800"]', rb'["\\ud800"]'),
        (rb'["\\\ud800"]', rb'["\\\ufffd"]'),
        (rb'{"\udc00": "\ude00\ud83d"}', rb'{"\ufffd": "\ufffd\ufffd"}'),
    ],
)
def test_half_a_surrogate_pair_becomes_the_replacement_character(text: bytes, decoded: Any) -> None:
    assert whole(text) == decoded
