import json
import time
from uuid import uuid4

import pytest

from destination_mparticle.events_api.refusals import error_path, refused_indexes
from destination_mparticle.http.response import ApiResponse
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.pipeline.batch import Batch, PreparedRecord, assemble
from destination_mparticle.pipeline.packing import Request
from destination_mparticle.pipeline.record import TrackedRecord
from destination_mparticle.pipeline.routing import Route

INDEXED = "Error converting value \"x\" to type 'System.Guid'. Path '[1].device_info.ios_idfv', line 1, position 9999."


def new_id() -> str:
    return str(uuid4())


def batch(text: str) -> Batch:
    event = json.dumps({"text": text}, ensure_ascii=False).encode()
    return assemble(
        StreamKey("", "s"), [PreparedRecord("u", Route.LIVE, b'{"mpid":1}', event, TrackedRecord(b"", 1, 0))], new_id
    )


BATCHES = [batch("one"), batch("twö 🎈"), batch("three")]


def positioned(position: int, path: str = "data.custom_attributes.tier") -> str:
    return f"Error reading string. Unexpected token: StartObject. Path '{path}', line 1, position {position}."


def test_an_index_in_the_path_names_the_batch_whatever_the_position_says() -> None:
    assert refused_indexes(ApiResponse(202, errors=(INDEXED,)), BATCHES) == [1]


def test_a_one_based_position_inside_a_batch_names_it() -> None:
    text = Request(Route.LIVE, tuple(BATCHES)).body
    for place, one in enumerate(BATCHES):
        start = text.index(one.body)
        assert refused_indexes(ApiResponse(202, errors=(positioned(start + 1 + 20),)), BATCHES) == [place]
        assert refused_indexes(ApiResponse(202, errors=(positioned(start + 1),)), BATCHES) == [place]


def test_a_position_that_means_different_batches_in_bytes_and_in_characters_names_none() -> None:
    body = Request(Route.LIVE, tuple(BATCHES)).body
    behind = body.index(BATCHES[2].body)
    assert refused_indexes(ApiResponse(202, errors=(positioned(behind),)), BATCHES) is None


@pytest.mark.parametrize(
    "errors",
    [
        ('Required event field "event_type" is missing or empty.',),
        ("",),
        (INDEXED, INDEXED),
        (INDEXED, "Something else."),
        (INDEXED.replace("[1]", "[3]"),),
        (positioned(0),),
        (positioned(1),),
        (positioned(10**9),),
        (positioned(5).replace("line 1", "line 2"),),
        ("Path 'data', line 1.",),
        (f"Path 'data', line 1, position {'9' * 6_000}.",),
        (f"Path 'data', line {'1' * 6_000}, position 1.",),
    ],
)
def test_errors_that_do_not_each_name_another_batch_name_none(errors: tuple[str, ...]) -> None:
    assert refused_indexes(ApiResponse(202, errors=errors), BATCHES) is None


def test_the_last_path_counts_because_the_sentence_may_quote_one() -> None:
    quoting = INDEXED.replace('"x"', "\"Path '[0].mpid', line 1, position 3.\"")
    assert refused_indexes(ApiResponse(202, errors=(quoting,)), BATCHES) == [1]


@pytest.mark.parametrize(
    ("words", "path"),
    [
        (INDEXED, "device_info.ios_idfv"),
        (positioned(314), "data.custom_attributes.tier"),
        (positioned(314, "data.custom_attributes['my tier']"), "data.custom_attributes['my tier']"),
        ("Path '[0]', line 1, position 3.", ""),
        ("No such partner.", ""),
        ("", ""),
    ],
)
def test_of_mparticles_words_only_the_path_may_be_logged(words: str, path: str) -> None:
    names = ("device_info", "ios_idfv", "data", "custom_attributes", "tier", "my tier")
    assert error_path(words, json.dumps(dict.fromkeys(names), separators=(",", ":")).encode()) == path


@pytest.mark.parametrize(
    "words",
    [
        "Error converting value \"Path 'ann@example.com', line 1, position 3.\" to type 'System.Int32'.",
        "Error converting value \"Path 'ann', line 1, position 3.\" to type 'System.Int32'.",
        "Bad value Path 'ann', line 1, position 3.",
        "Bad value Path 'data.ann', line 1, position 3.",
        "Bad value Path 'data['ann']'",
    ],
)
def test_a_value_that_looks_like_a_path_is_none(words: str) -> None:
    assert error_path(words, b'{"data":{"custom_attributes":{"name":"ann"}}}') == ""


@pytest.mark.parametrize("end", [" b", "", "']", "', line 1, position x."])
def test_long_words_that_almost_name_a_path_are_read_at_once(end: str) -> None:
    words = "Path '" + "a" * 100_000 + end
    started = time.monotonic()
    assert refused_indexes(ApiResponse(202, errors=(words,)), BATCHES) is None
    assert error_path(words, BATCHES[0].body) == ""
    assert time.monotonic() - started < 5
