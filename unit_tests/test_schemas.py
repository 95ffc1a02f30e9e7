"""Every stream of the catalog has a key, and a schema that describes each field that mParticle documents."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from source_mparticle import SourceMparticle
from source_mparticle.components import AudienceSnapshot
from source_mparticle.manifest import manifest_path
from unit_tests.fake_mparticle import audience
from unit_tests.stream_cases import CASES, Case, Record

COMPLETE = {
    "client_id": "a-client-id",
    "client_secret": "a-client-secret",
    "account_id": "1201",
    "org_id": "77",
    "profiles": {"workspace_id": "5318", "identities": ["1"]},
}
STREAMS = SourceMparticle(config=COMPLETE).discover(logging.getLogger("test"), COMPLETE).streams
SCHEMAS: dict[str, dict[str, Any]] = {stream.name: stream.json_schema for stream in STREAMS}

each_stream = pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.name)


def fields_of(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property at any depth, by its dotted path; `*` is an element of a list."""
    for name, field in schema.get("properties", {}).items():
        yield path + name, field
        yield from fields_of(field, f"{path}{name}.")
    if "items" in schema:
        yield from fields_of(schema["items"], f"{path}*.")


def missing_in(schema: dict[str, Any], value: Any, path: str = "") -> Iterator[str]:
    """The paths of the fields in a record that its schema lacks; an object without properties may hold anything."""
    if isinstance(value, list):
        for element in value:
            yield from missing_in(schema.get("items", {}), element, f"{path}*.")
    elif isinstance(value, dict) and ("properties" in schema or not path):
        known = schema.get("properties", {})
        for name, inner in value.items():
            if name not in known:
                yield path + name
            else:
                yield from missing_in(known[name], inner, f"{path}{name}.")


@each_stream
def test_every_stream_has_a_primary_key_of_fields_in_its_schema(stream: Any) -> None:
    assert stream.source_defined_primary_key, f"{stream.name} needs its primary_key in manifest.yaml"
    key = {".".join(path) for path in stream.source_defined_primary_key}
    missing = key - SCHEMAS[stream.name].get("properties", {}).keys()
    assert missing == set(), f"the schema of {stream.name} lacks these fields of its primary_key"


@each_stream
def test_every_stream_has_a_schema_of_its_own(stream: Any) -> None:
    assert SCHEMAS[stream.name].get("properties"), (
        f"{stream.name} needs its schema_loader in manifest.yaml, or its schema there has no properties"
    )


@each_stream
def test_every_field_has_a_description(stream: Any) -> None:
    undescribed = [path for path, field in fields_of(SCHEMAS[stream.name]) if not field.get("description")]
    assert undescribed == [], f"describe these fields in the schema of {stream.name}"


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_documented_field_is_in_the_schema(case: Case) -> None:
    missing = list(missing_in(SCHEMAS[case.stream], case.record | case.changes))
    assert missing == [], f"add these fields to the schema of {case.stream} in manifest.yaml"


def test_every_field_of_a_snapshot_is_in_the_schema() -> None:
    record: Record = audience()
    AudienceSnapshot(parameters={}).change(record)
    assert set(record) == set(SCHEMAS["audience_snapshots"]["properties"])


def test_fields_are_found_at_any_depth() -> None:
    inner = {"type": "object", "properties": {"b": {}}}
    schema = {"properties": {"a": {"type": "array", "items": inner}, "free": {"type": "object"}}}
    assert [path for path, _ in fields_of(schema)] == ["a", "a.*.b", "free"]
    assert list(missing_in(schema, {"a": [{"b": 1, "c": 2}], "d": 3, "free": {"any": 4}})) == ["a.*.c", "d"]
    assert list(missing_in({}, {"a": 1})) == ["a"]


class UniqueKeys(yaml.SafeLoader):
    """Refuses a key that stands twice in a mapping. YAML's reader would take the last, in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=deep) for key, _ in node.value]
        assert len(keys) == len({*keys}), f"line {node.start_mark.line + 1}: {keys}"
        return super().construct_mapping(node, deep=deep)


def test_no_key_of_the_manifest_stands_twice() -> None:
    with pytest.raises(AssertionError):
        yaml.load("{a: 1, a: 2}", Loader=UniqueKeys)  # noqa: S506
    assert yaml.load(manifest_path().read_text(encoding="utf-8"), Loader=UniqueKeys)  # noqa: S506
