"""The configured catalog, as far as a destination needs it."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import orjson

from destination_mparticle.errors import ConfigError
from destination_mparticle.mapping.streams import CatalogStream, StreamKey
from destination_mparticle.protocol.files import read_bounded


@lru_cache(maxsize=4096)
def stream_key(namespace: object, name: object) -> StreamKey:
    """Return the key that these two are. Raises `TypeError` or `ValueError` where they are not text."""
    if namespace is None:
        namespace = ""
    if not isinstance(namespace, str) or not isinstance(name, str):
        raise TypeError
    # Half of a surrogate pair could not be written into any message.
    f"{namespace}{name}".encode()
    return StreamKey(namespace, name)


def read_catalog(path: str) -> dict[StreamKey, CatalogStream]:
    """Read a configured catalog from a file. Raises a `ConfigError` when it is not one."""
    text = read_bounded(path, "--catalog")
    try:
        return parse_catalog(orjson.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ConfigError("The file given with --catalog is not a configured Airbyte catalog.") from None


def parse_catalog(catalog: Mapping[str, Any]) -> dict[StreamKey, CatalogStream]:
    """Return the streams of a configured catalog by key, in its order.

    Raises `KeyError`, `TypeError`, `AttributeError` or `ValueError` where it is not one.
    """
    streams = (_stream(configured) for configured in catalog["streams"])
    return {stream.key: stream for stream in streams}


_OPENING: Final = ("additionalProperties", "patternProperties", "allOf", "anyOf", "oneOf", "$ref")
"""What may let a schema have more columns than it lists."""


def _stream(configured: Mapping[str, Any]) -> CatalogStream:
    stream = configured["stream"]
    schema = stream.get("json_schema") or {}
    return CatalogStream(
        key=stream_key(stream.get("namespace"), stream["name"]),
        sync_mode=_text(configured["destination_sync_mode"]),
        columns=_columns(schema.get("properties")),
        is_open=any(schema.get(keyword) not in (None, False) for keyword in _OPENING),
        object_name=_optional_text(configured.get("destination_object_name")),
        primary_key=tuple(_path(path) for path in configured.get("primary_key") or ()),
        sync_id=_sync_id(configured.get("sync_id")),
    )


def _columns(properties: Mapping[str, Any] | None) -> dict[str, str]:
    return {column.lower(): column for column in ({} if properties is None else properties.keys())}


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _path(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(map(_text, value))


def _optional_text(value: object) -> str | None:
    return None if value is None else _text(value)


def _sync_id(value: object) -> int | None:
    # It becomes a part of paths, so it must not be any text.
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise TypeError
    return value
