import json

import orjson
import pytest

from destination_mparticle.protocol.catalog import StreamKey, parse_catalog
from destination_mparticle.protocol.messages import Record, echo, read_messages


def test_a_state_comes_back_with_every_key_and_digit_that_it_had():
    line = (
        '{"type":"STATE","id":7,"state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"s","namespace":null},'
        '"stream_state":{"cursor":123456789012345678901234567890,"é":1.5}},"sourceStats":{"recordCount":3.0},'
        '"destinationStats":{"other":1},"id":9,"unknown":{"deep":[null]}}}'
    )

    (state,) = read_messages([line.encode()])

    expected = json.loads(line)
    expected["state"]["destinationStats"] = {"other": 1, "recordCount": 2.0, "rejectedRecordCount": 1.0}
    assert json.loads(echo(state, 2, 1)) == expected
    assert b'"recordCount":2.0' in echo(state, 2, 1)
    assert state.stream == StreamKey("", "s")


@pytest.mark.parametrize("kind", [{"type": "GLOBAL", "global": {}}, {"type": "LEGACY", "data": {}}, {"data": {}}])
def test_any_other_state_covers_all_streams(kind):
    (state,) = read_messages([orjson.dumps({"type": "STATE", "state": kind})])
    assert state.stream is None


def test_records_keep_int64_and_their_line_and_other_messages_are_passed_over():
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
        b'{"type":"STATE","state":{"type":"STREAM"}}',
        b"\xff\xfe",
    ],
)
def test_a_broken_line_is_an_error_that_names_its_number_and_nothing_of_it(broken):
    with pytest.raises(Exception, match=r"^Input line 2 ") as error:
        list(read_messages([b'{"type":"LOG"}', broken]))
    assert "secret" not in str(error.value.as_airbyte_message())


def test_a_catalog_is_read_as_far_as_it_matters():
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
