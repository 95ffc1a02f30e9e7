"""The files named on the command line. What is wrong with one is a sentence that names the file."""

import json
from pathlib import Path
from typing import Any

from airbyte_cdk.models import (
    AirbyteStateMessage,
    AirbyteStateMessageSerializer,
    ConfiguredAirbyteCatalog,
    ConfiguredAirbyteCatalogSerializer,
)
from serpyco_rs import SchemaValidationError

from source_mparticle.configuration.messages import unusable_file

CONFIGURATION = (
    "configuration",
    'It must hold one JSON object, such as {"client_id": "…", "client_secret": "…", "account_id": "1201"}.',
)
CATALOG = (
    "catalog",
    'It must be a configured catalog: {"streams": [{"stream": {…}, "sync_mode": …, "destination_sync_mode": …}]}.',
)
STATE = (
    "state",
    'It must be a list of the states that a sync wrote: [{"type": "STREAM", "stream": {…}}].',
)
Kind = tuple[str, str]
LONGEST_DETAIL = 160


def read_config(path: str) -> dict[str, Any]:
    """The object in a configuration file, whatever its options are. Raises `ConfigurationError`, as all here do."""
    content = _json_in(path, CONFIGURATION)
    if not isinstance(content, dict):
        raise unusable_file(*CONFIGURATION, path, f"it holds {_kind_of(content)} and not an object")
    return content


def read_catalog(path: str) -> ConfiguredAirbyteCatalog:
    """The configured catalog in a file."""
    content = _json_in(path, CATALOG)
    if isinstance(content, dict) and "catalog" in content and "streams" not in content:
        raise unusable_file(*CATALOG, path, "it holds what discover prints, in which no stream is configured")
    try:
        return ConfiguredAirbyteCatalogSerializer.load(content)
    except SchemaValidationError as error:
        raise unusable_file(*CATALOG, path, _first_of(error)) from None


def read_state(path: str) -> list[AirbyteStateMessage]:
    """The states in a file, one for each stream."""
    content = _json_in(path, STATE) or []
    if not isinstance(content, list):
        raise unusable_file(*STATE, path, f"it holds {_kind_of(content)} and not a list")
    return [_state(each, place, path) for place, each in enumerate(content, 1)]


def _state(content: Any, place: int, path: str) -> AirbyteStateMessage:
    try:
        state = AirbyteStateMessageSerializer.load(content)
    except SchemaValidationError as error:
        raise unusable_file(*STATE, path, f"in entry {place}, {_first_of(error)}") from None
    if not (state.stream or state.data or state.global_):
        raise unusable_file(*STATE, path, f'entry {place} has no "stream"')
    return state


def _json_in(path: str, kind: Kind) -> Any:
    try:
        # utf-8-sig: some editors begin a file with a byte order mark.
        text = Path(path).read_bytes().decode("utf-8-sig")
        if not text.strip():
            raise unusable_file(*kind, path, "it is empty")
        return json.loads(text)
    except OSError as error:
        raise unusable_file(*kind, path, f'the system says "{error.strerror}"') from None
    except UnicodeDecodeError:
        raise unusable_file(*kind, path, "it is not encoded in UTF-8") from None
    except json.JSONDecodeError as error:
        # Without the text that it quotes.
        raise unusable_file(*kind, path, f"it is not JSON (line {error.lineno}, column {error.colno})") from None
    except (ValueError, RecursionError):
        raise unusable_file(*kind, path, "it holds a number that is too long, or is nested too deeply") from None


def _first_of(error: SchemaValidationError) -> str:
    first = error.errors[0]
    message = first.message
    return f"{first.instance_path or 'it'}: {message if len(message) <= LONGEST_DETAIL else message[:LONGEST_DETAIL]}"


def _kind_of(content: Any) -> str:
    kinds = {list: "a list", str: "a text", dict: "an object", bool: "true or false", type(None): "null"}
    return kinds.get(type(content), "a number")
