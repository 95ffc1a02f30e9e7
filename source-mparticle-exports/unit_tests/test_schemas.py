from collections import Counter
from typing import Any

import jsonschema
import pytest

from source_mparticle_exports.records.streams import STREAMS, ExportStream
from unit_tests.exports import ADDED, AUDIENCE_FILE, INBOUND, OUTBOUND, PURCHASE, rows

LINES = [OUTBOUND, INBOUND, {"events": [PURCHASE, {}]}, {"mpid": "7", "user_identities": None}]


def rows_of(stream: ExportStream) -> list[dict[str, Any]]:
    lines = [(line, None) for line in LINES] + [(ADDED, AUDIENCE_FILE)]
    return [row for line, file in lines for row in (rows(stream.name, line, file) if file else rows(stream.name, line))]


@pytest.mark.parametrize("stream", STREAMS.values(), ids=list(STREAMS))
def test_every_row_keeps_to_the_schema_and_has_its_key(stream: ExportStream) -> None:
    schema = stream.json_schema | {"additionalProperties": False, "required": [stream.primary_key]}
    found = rows_of(stream)
    assert found
    for row in found:
        jsonschema.validate(row, schema)
        assert None not in row.values()


@pytest.mark.parametrize("stream", STREAMS.values(), ids=list(STREAMS))
def test_no_column_is_declared_twice(stream: ExportStream) -> None:
    names = Counter(column.name for column in stream.columns)
    assert [name for name, count in names.items() if count > 1] == []


def test_times_are_declared_as_times() -> None:
    properties = STREAMS["events"].json_schema["properties"]
    assert properties["timestamp"]["airbyte_type"] == "timestamp_with_timezone"
