import json
from pathlib import Path
from typing import Any

import orjson
import pytest

from destination_mparticle.error_report import report
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.protocol.catalog import parse_catalog, read_catalog
from destination_mparticle.protocol.messages import Record, State, read_messages, state_with_counts


def state_in(line: bytes) -> State:
    (state,) = read_messages([line])
    assert isinstance(state, State)
    return state


def test_a_state_comes_back_with_every_key_and_digit_that_it_had() -> None:
    line = (
        '{"type":"STATE","id":7,"state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"s","namespace":null},'
        '"stream_state":{"cursor":123456789012345678901234567890,"é":1.5}},"sourceStats":{"recordCount":3.0},'
        '"destinationStats":{"other":1},"id":9,"unknown":{"deep":[null]}}}'
    )

    state = state_in(line.encode())

    expected = json.loads(line)
    expected["state"]["destinationStats"] = {"other": 1, "recordCount": 2.0, "rejectedRecordCount": 1.0}
    assert json.loads(state_with_counts(state, 2, 1)) == expected
    assert b'"recordCount":2.0' in state_with_counts(state, 2, 1)
    assert state.stream == StreamKey("", "s")


@pytest.mark.parametrize("kind", [{"type": "GLOBAL", "global": {}}, {"type": "LEGACY", "data": {}}, {"data": {}}])
def test_any_other_state_covers_all_streams(kind: Any) -> None:
    state = state_in(orjson.dumps({"type": "STATE", "state": kind}))
    assert state.stream is None


def test_records_keep_int64_and_their_line_and_other_messages_are_passed_over() -> None:
    line = b'{"type":"RECORD","record":{"stream":"s","namespace":"n","data":{"id":9223372036854775807}}}\n'
    (record,) = read_messages([b"\n", b'{"type":"LOG","log":{}}', line, b'{"type":"TRACE"}'])
    assert record == Record(StreamKey("n", "s"), {"id": 9223372036854775807}, line)


@pytest.mark.parametrize(
    "broken",
    [
        b"secret",
        b'{"type":"RECORD"',
        b"[1]",
        b"{}",
        b'{"type":"RECORD"}',
        b'{"type":"RECORD","record":{"stream":"s","data":"secret"}}',
        b'{"type":"STATE","state":5}',
        b'{"type":"RECORD","record":{"stream":7,"data":{}}}',
        b'{"type":"RECORD","record":{"stream":null,"data":{}}}',
        b'{"type":"RECORD","record":{"stream":"s","namespace":["secret"],"data":{}}}',
        b'{"type":"RECORD","record":{"stream":"secret\\ud800","data":{}}}',
        b'{"type":"RECORD","record":{"stream":"s","data":{"secret":NaN}',
        b'{"type":"RECORD","record":{"stream":"s","data":{"a":}}}',
        b'{"type":"STATE","state":{"type":"STREAM"}}',
        b'{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":["secret"]}}}}',
        b'{"type":"STATE","state":{"data":{},"destinationStats":[1]}}',
        b'{"type":"STATE","state":{"data":{},"destinationStats":"secret"}}',
        b"\xff\xfe",
        b"[" * 100_000,
        b"NaN",
    ],
)
def test_a_broken_line_is_an_error_that_names_its_number_and_nothing_of_it(broken: bytes) -> None:
    with pytest.raises(Exception, match=r"^Input line 2 ") as error:
        list(read_messages([b'{"type":"LOG"}', broken]))
    assert "secret" not in str(report(error.value))


def test_a_catalog_is_read_as_far_as_it_matters() -> None:
    (stream,) = parse_catalog(
        {
            "streams": [
                {
                    "stream": {"name": "s", "namespace": "n", "json_schema": {"properties": {"Id": {}}}, "more": 1},
                    "destination_sync_mode": "update",
                    "destination_object_name": "user",
                    "primary_key": [["email"]],
                    "sync_id": 12,
                    "generation_id": 3,
                }
            ]
        }
    ).values()
    assert stream.key == StreamKey("n", "s")
    assert (stream.columns, stream.object_name, stream.sync_mode) == ({"id": "Id"}, "user", "update")
    assert (stream.primary_key, stream.sync_id) == ((("email",),), 12)


def record(stream: str, namespace: str | None = None) -> bytes:
    return orjson.dumps({"type": "RECORD", "record": {"stream": stream, "namespace": namespace, "data": {}}})


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        (b'{"type":"RECORD","record":{"stream":"a","data":{"ann@example.com', "record 2 of stream a"),
        (b'{"type":"RECORD","record":{"data":5,"stream": "a"}}', "record 2 of stream a"),
        (b'{"type":"RECORD","record":{"stream":"ann@example.com', "record 1 of stream n.b"),
        (b"{", "record 1 of stream n.b"),
    ],
)
def test_a_broken_line_is_found_by_the_records_that_came_before_it(broken: bytes, place: str) -> None:
    with pytest.raises(Exception, match=r"^Input line 4 ") as error:
        list(read_messages([record("a"), record("a"), record("b", "n"), broken]))
    assert str(error.value).endswith(f"It came after {place}.")
    assert "ann" not in str(error.value)


def test_a_broken_line_before_any_record_has_a_number_and_no_place() -> None:
    with pytest.raises(Exception, match=r"^Input line 1 is not valid JSON; nothing after it was read\.$"):
        list(read_messages([b"secret"]))


def nested(levels: int) -> bytes:
    return b'{"a":' * levels + b"1" + b"}" * levels


@pytest.mark.parametrize(
    "content",
    [
        nested(990),
        nested(100_000),
        b"[NaN,-Infinity,1e400,1.10,1E2,-0.0]",
        b'"\\ud800 \\u0041 \xff"',
        b'{"recordCount":1,"destinationStats":[{"a":"}\\"]"}],"state":{}}',
        b"12345678901234567890123456789012345678901234567890",
    ],
)
@pytest.mark.parametrize("kind", ["STREAM", "GLOBAL", "LEGACY"])
def test_a_state_goes_back_as_the_text_that_it_came_as(content: bytes, kind: Any) -> None:
    named = b'"stream":{"stream_descriptor":{"name":"s"},"stream_state":%s}'
    before = b' {"type": "STATE" , "id":1,"state": {' + b'"type":"%s", ' % kind.encode() + named % content
    after = b'}, "more":[1.0] }'

    state = state_in(before + after + b"\r\n")

    stats = b'"destinationStats":{"recordCount":2.0,"rejectedRecordCount":1.0}'
    opened = b' {"type": "STATE" , "id":1,"state": {'
    assert state_with_counts(state, 2, 1) == (opened + stats + b"," + before[len(opened) :] + after).strip()


@pytest.mark.parametrize(
    ("stats", "expected"),
    [
        (b"null", b'{"recordCount":3.0,"rejectedRecordCount":0.0}'),
        (b"{}", b'{"recordCount":3.0,"rejectedRecordCount":0.0}'),
        (b'{"recordCount":9, "x": [1.0]}', b'{"x":[1.0],"recordCount":3.0,"rejectedRecordCount":0.0}'),
    ],
)
def test_statistics_that_a_state_came_with_are_replaced_where_they_stand(stats: bytes, expected: bytes) -> None:
    state = state_in(b'{"type":"STATE","state":{"destinationStats":%s,"data":{}}}' % stats)
    assert state_with_counts(state, 3, 0) == b'{"type":"STATE","state":{"destinationStats":%s,"data":{}}}' % expected


def test_a_state_without_anything_in_it_gets_its_statistics() -> None:
    state = state_in(b'{"type":"STATE","state":{}}')
    assert json.loads(state_with_counts(state, 1, 0)) == {
        "type": "STATE",
        "state": {"destinationStats": {"recordCount": 1.0, "rejectedRecordCount": 0.0}},
    }


@pytest.mark.parametrize("change", [{"name": 5}, {"name": None}, {"name": "s", "namespace": 5}, {"name": ["s"]}])
def test_a_catalog_whose_names_are_not_text_is_a_plain_error(tmp_path: Path, change: dict[str, Any]) -> None:
    path = tmp_path / "catalog.json"
    path.write_bytes(orjson.dumps({"streams": [{"stream": change, "destination_sync_mode": "append"}]}))
    with pytest.raises(Exception, match="not a configured Airbyte catalog"):
        read_catalog(str(path))


def test_empty_lines_and_a_byte_order_mark_are_skipped() -> None:
    lines = [b"\xef\xbb\xbf" + RECORD_OF_A, b"", b"  \t", RECORD_OF_A, b"\r\n"]
    assert [record.data for record in read_messages(lines) if isinstance(record, Record)] == [{"n": 1}, {"n": 1}]


def test_a_type_in_lower_case_is_an_error_and_not_a_record_that_vanishes() -> None:
    with pytest.raises(Exception, match="Input line 1 has its type in lower case"):
        list(read_messages([RECORD_OF_A.replace(b"RECORD", b"record")]))


RECORD_OF_A = b'{"type":"RECORD","record":{"stream":"a","data":{"n":1}}}'
