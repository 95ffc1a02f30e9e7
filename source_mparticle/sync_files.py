"""The files that only a sync needs, its catalog and its states, as the CDK's models."""

from typing import Any

from airbyte_cdk.models import (
    AirbyteStateMessage,
    AirbyteStateMessageSerializer,
    ConfiguredAirbyteCatalog,
    ConfiguredAirbyteCatalogSerializer,
)
from serpyco_rs import SchemaValidationError

from source_mparticle.configuration.messages import unusable_file
from source_mparticle.files import json_in, kind_of

CATALOG = (
    "catalog",
    'It must be a configured catalog: {"streams": [{"stream": {…}, "sync_mode": …, "destination_sync_mode": …}]}.',
)
STATE = (
    "state",
    'It must be a list of the states that a sync wrote: [{"type": "STREAM", "stream": {…}}].',
)
LONGEST_DETAIL = 160


def read_catalog(path: str) -> ConfiguredAirbyteCatalog:
    """The configured catalog in a file. Raises `ConfigurationError`, as all here do."""
    content = json_in(path, CATALOG)
    if isinstance(content, dict) and "catalog" in content and "streams" not in content:
        raise unusable_file(*CATALOG, path, "it holds what discover prints, in which no stream is configured")
    try:
        return ConfiguredAirbyteCatalogSerializer.load(content)
    except SchemaValidationError as error:
        raise unusable_file(*CATALOG, path, _first_of(error)) from None


def read_state(path: str) -> list[AirbyteStateMessage]:
    """The states in a file, one for each stream."""
    content = json_in(path, STATE) or []
    if not isinstance(content, list):
        raise unusable_file(*STATE, path, f"it holds {kind_of(content)} and not a list")
    return [_state(each, place, path) for place, each in enumerate(content, 1)]


def _state(content: Any, place: int, path: str) -> AirbyteStateMessage:
    try:
        state = AirbyteStateMessageSerializer.load(content)
    except SchemaValidationError as error:
        raise unusable_file(*STATE, path, f"in entry {place}, {_first_of(error)}") from None
    if not (state.stream or state.data or state.global_):
        raise unusable_file(*STATE, path, f'entry {place} has no "stream"')
    return state


def _first_of(error: SchemaValidationError) -> str:
    first = error.errors[0]
    message = first.message
    return f"{first.instance_path or 'it'}: {message if len(message) <= LONGEST_DETAIL else message[:LONGEST_DETAIL]}"
