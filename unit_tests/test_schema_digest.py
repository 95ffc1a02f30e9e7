"""The digest of mParticle's published schema: made from a schema, read back as one, and equal to the published one."""

import json
from pathlib import Path
from typing import Any

import pytest
from mparticle_sandbox.published_schema import SCHEMA, published_schema, schema_of

from scripts import digest_schema
from scripts.digest_schema import digest

EVENT_TYPES: dict[str, Any] = {"definitions": {"Shared": {"properties": {"id": {"type": ["string", "null"]}}}}}


def event(kind: str, **own: Any) -> dict[str, Any]:
    data = {"allOf": [{"$ref": "#/definitions/Shared"}, {"properties": own, "required": sorted(own)}]}
    properties = {"event_type": {"type": "string", "enum": [kind]}, "data": data}
    return {"type": "object", "properties": properties, "required": ["event_type", "data"]}


def lines_of(schema: dict[str, Any]) -> list[str]:
    return [line for line in digest(schema).splitlines() if not line.startswith("#")]


def test_what_the_script_writes_the_reader_reads_with_nothing_lost() -> None:
    assert digest(published_schema()) == digest_schema.DIGEST.read_text()
    assert len(lines_of(published_schema())) > 400


@pytest.mark.skipif(not SCHEMA.is_file(), reason="mParticle's published schema is not at hand")
def test_the_committed_digest_is_that_of_the_published_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert digest_schema.main([str(SCHEMA), "--check"]) == 0, capsys.readouterr().out


def test_one_line_per_path_says_what_a_schema_says() -> None:
    schema: dict[str, Any] = {
        "properties": {
            "ip": {"oneOf": [{"type": ["string", "null"], "format": name} for name in ("ipv4", "ipv6")]},
            "id": {"type": ["string", "null"], "pattern": digest_schema.UUID_PATTERN},
            "tags": {"type": "array", "items": {"type": ["string", "boolean", "number", "integer"]}},
            "other": {"type": "object", "additionalProperties": {"anyOf": [{"type": "string"}, {"type": "array"}]}},
            "color": {"$ref": "#/definitions/Color", "enum": ["ignored beside a reference"]},
        },
        "required": ["id"],
        "additionalProperties": False,
        "definitions": {"Color": {"type": "string", "enum": ["red", "green"]}},
    }
    assert lines_of(schema) == [
        "$ any closed",
        "color string one_of=green,red",
        "id null|string format=uuid required",
        "ip string format=ipv4,ipv6",
        "other object",
        "other.* array|string",
        "tags array",
        "tags[] scalar",
    ]
    assert lines_of(schema_of(digest(schema))) == lines_of(schema)


def test_what_all_event_types_share_stands_once() -> None:
    events = {"type": "array", "items": {"oneOf": [event("open", path={"type": "string"}), event("close")]}}
    schema = {"properties": {"events": events}, **EVENT_TYPES}
    assert lines_of(schema) == [
        "$ any",
        "events array",
        "events[] object",
        "events[].data any required",
        "events[].data.id null|string",
        "events[close].event_type string one_of=close required",
        "events[open].data.path string required",
        "events[open].event_type string one_of=open required",
    ]
    assert lines_of(schema_of(digest(schema))) == lines_of(schema)


@pytest.mark.parametrize(
    "part",
    [
        {"type": "string", "minLength": 1},
        {"type": "string", "pattern": "^a"},
        {"type": "object", "required": ["unknown"]},
        {"type": "string", "enum": ["two words"]},
        {"anyOf": [{"type": "string"}, {"type": "string", "enum": ["a"]}]},
        {"oneOf": [{"type": "string"}, {"type": "integer"}]},
        {"allOf": [{"properties": {"a": {"type": "string"}}}, {"properties": {"a": {"type": "integer"}}}]},
        {"allOf": [{"properties": {}}, {"additionalProperties": False}]},
    ],
)
def test_what_the_form_cannot_express_is_an_error_and_never_left_out(part: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="digest cannot express"):
        digest({"properties": {"part": part}})


@pytest.mark.parametrize("line", ["a-b string", "a string unknown", "a string min=1"])
def test_a_line_of_another_form_is_an_error(line: str) -> None:
    with pytest.raises(ValueError, match="Not a "):
        schema_of(line)


def test_a_difference_is_shown_line_by_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "schema.json"
    other.write_text(json.dumps({**published_schema(), "additionalProperties": True}))
    assert digest_schema.main([str(other), "--check"]) == 1
    shown = capsys.readouterr().out.splitlines()
    assert "-$ any closed" in shown
    assert "+$ any" in shown
    assert len(shown) == 5
