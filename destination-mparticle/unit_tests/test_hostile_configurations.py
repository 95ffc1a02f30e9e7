"""A configuration or a catalog of any shape starts a sync or ends in an error about itself, never in a crash."""

import json
import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mparticle_sandbox.testing import configured_catalog

from destination_mparticle.commands import load_config, run
from destination_mparticle.config import parse_config
from destination_mparticle.errors import ConfigError
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.options import option, unknown_option_warnings
from destination_mparticle.protocol.catalog import read_catalog
from destination_mparticle.sync_run import Run

from .hostile.json_types import JSON_TYPES, variations
from .test_options import OPTIONS, Put

COMPLETE: dict[str, Any] = {
    "api_key": "the-api-key",
    "api_secret": "the-secret",
    "pod": "EU1",
    "environment": "development",
    "streams": [{"stream": "s", "object": "custom_event", "fields": [{"field": "customer_id", "value": "{id}"}]}],
    "platform": {"client_id": "the-client", "client_secret": "the-secret", "account_id": "1"},
}


def _refusal(read: Callable[[], object]) -> str | None:
    """What a configuration is refused with, or None. Anything but a `ConfigError` is a crash."""
    try:
        read()
    except ConfigError as error:
        return error.message
    return None


@pytest.mark.parametrize(("way", "put"), [pytest.param(way, put, id=way) for way, _, put in OPTIONS])
def test_an_option_of_any_type_is_taken_or_named(way: str, put: Put) -> None:
    for value in JSON_TYPES.values():
        message = _refusal(partial(parse_config, put(value)))
        assert message is None or f"(`{way.rpartition('.')[2]}`)" in message
        assert "very-private" not in (message or "")


ANYTHING = st.recursive(
    st.sampled_from(list(JSON_TYPES.values())) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["streams", "stream", "object", "fields", "field", "value", "storage_type", "x"])
            | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
)


@settings(max_examples=50)
@given(st.dictionaries(st.sampled_from([*COMPLETE, "object_storage_config", "data_plan"]), ANYTHING, max_size=4))
def test_any_configuration_is_read_or_refused(changes: dict[str, Any]) -> None:
    assert _refusal(lambda: load_config({**COMPLETE, **changes})) != ""


CATALOG = configured_catalog(
    {
        "name": "s",
        "namespace": "n",
        "json_schema": {"type": "object", "properties": {"id": {"type": "string"}}},
        "supported_sync_modes": ["full_refresh"],
    },
    sync_id=3,
    destination_sync_mode="update",
    object_name="user",
)
CATALOG["streams"][0]["primary_key"] = [["email"]]


def test_a_catalog_of_any_shape_is_read_or_refused(tmp_path: Path) -> None:
    path, config = tmp_path / "catalog.json", parse_config(COMPLETE)
    for document in variations(CATALOG):
        path.write_text(json.dumps(document))
        assert _refusal(lambda: Run.begin(config, read_catalog(str(path)))) != ""


@pytest.mark.parametrize("sync_id", ["../x", "12", 1.5, [], {}, True])
def test_a_sync_id_that_is_no_number_is_no_part_of_a_path(tmp_path: Path, sync_id: Any) -> None:
    path = tmp_path / "catalog.json"
    (stream,) = CATALOG["streams"]
    path.write_text(json.dumps({"streams": [{**stream, "sync_id": sync_id}]}))
    with pytest.raises(ConfigError, match="is not a configured Airbyte catalog"):
        read_catalog(str(path))


@pytest.mark.parametrize("properties", ["id", ["id"], 5, False, ""])
def test_columns_that_are_no_group_are_no_columns(tmp_path: Path, properties: Any) -> None:
    path = tmp_path / "catalog.json"
    (stream,) = CATALOG["streams"]
    schema = {"json_schema": {"properties": properties}}
    path.write_text(json.dumps({"streams": [{**stream, "stream": {**stream["stream"], **schema}}]}))
    with pytest.raises(ConfigError, match="is not a configured Airbyte catalog"):
        read_catalog(str(path))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is not valid JSON"),
        ("\x00", "is not valid JSON"),
        ('{"api_key":"ann@example.com"', "is not valid JSON"),
        ('{"api_key":NaN}', "is not valid JSON"),
        (r'{"api_key":"\ud800"}', "is not valid JSON"),
        ("[]", "does not hold a JSON object"),
        ("[" * 2_000 + "]" * 2_000, "is not valid JSON"),
        ('{"streams":' + "[" * 1_000 + "]" * 1_000 + "}", "nested too deeply"),
        ('{"unknown":' + "[" * 1_000 + "]" * 1_000 + "}", "nested too deeply"),
        ('{"api_key":"' + "x" * 10_000_000 + '"}', "is missing"),
    ],
    ids=range(10),
)
def test_a_configuration_file_of_any_content_ends_in_one_sentence(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], text: str, sentence: str
) -> None:
    path = tmp_path / "config.json"
    path.write_text(text)

    assert sentence in _error(capfdbinary, "discover", "--config", str(path))


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_files_may_begin_with_a_byte_order_mark_and_have_any_line_ends(tmp_path: Path, line_end: str) -> None:
    path = tmp_path / "catalog.json"
    lines = ('\ufeff{"streams":[{"stream":{"name":"späte"},', '"destination_sync_mode":"append"}]}', "")
    path.write_bytes(line_end.join(lines).encode())

    assert list(read_catalog(str(path))) == [StreamKey("", "späte")]


@pytest.mark.parametrize("arguments", [("--config", "/dev/zero"), ("--config", "{config}", "--catalog", "/dev/zero")])
def test_a_file_without_an_end_is_not_read_for_ever(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], arguments: tuple[str, ...]
) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(COMPLETE))
    given_arguments = [argument.format(config=path) for argument in arguments]

    message = _error(capfdbinary, "write" if "--catalog" in arguments else "check", *given_arguments)

    assert message == f"The file given with {arguments[-2]} is larger than 64 MB."


def _error(capfd: pytest.CaptureFixture[bytes], *arguments: str) -> str:
    handlers, level = logging.getLogger().handlers, logging.getLogger().level
    try:
        with pytest.raises(SystemExit) as end:
            run(list(arguments))
    finally:
        logging.getLogger().handlers = handlers
        logging.getLogger().setLevel(level)
    assert end.value.code == 1
    (said,) = [line for line in map(json.loads, capfd.readouterr().out.splitlines()) if line["type"] == "TRACE"]
    assert b"ann@example.com" not in json.dumps(said).encode()
    message: str = said["trace"]["error"]["message"]
    return message


def test_an_option_that_does_not_exist_is_named_with_the_one_that_was_meant() -> None:
    (stream,) = COMPLETE["streams"]
    raw = {
        **COMPLETE,
        "on_rejectd": "very-private",
        "streams": [stream, {**stream, "Unmaped": "very-private"}],
        "object_storage_config": {"storage_type": "S3", "s3_bucket": {"very": "private"}, "destination_path": "kept"},
        "\ud800" * 100: 1,
    }
    name, store = "\\ud800" * 60, option("object_storage_config")
    assert unknown_option_warnings(raw) == [
        f"There is no option `Unmaped` in {option('streams', 1)}, so it has no effect. Did you mean `unmapped`?",
        "There is no option `on_rejectd`, so it has no effect. Did you mean `on_rejected`?",
        f"There is no option `s3_bucket` in {store}, so it has no effect. Did you mean `s3_bucket_name`?",
        f"There is no option `{name}`, so it has no effect.",
    ]


def test_what_airbyte_adds_to_a_configuration_is_not_worth_a_word() -> None:
    assert unknown_option_warnings({**COMPLETE, "__injected_declarative_manifest": {"a": 1}, "__x": 1}) == []
    assert len(unknown_option_warnings({f"x{n}": n for n in range(10_000)})) == 20


def test_unknown_options_are_warnings_in_the_log_of_a_configuration_that_works(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert load_config({**COMPLETE, "validate_olny": True}) == load_config(COMPLETE)
    assert [(entry.levelname, entry.getMessage()) for entry in caplog.records] == [
        ("WARNING", "There is no option `validate_olny`, so it has no effect. Did you mean `validate_only`?")
    ]
