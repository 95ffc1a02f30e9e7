"""Configured catalogs, as Airbyte passes them with `--catalog`."""

from collections.abc import Mapping, Sequence
from typing import Any


def configured_catalog(*streams: str | Mapping[str, Any], **options: Any) -> dict[str, Any]:
    """Return the configured catalog of `streams`, each configured with `options`.

    A stream is a name, a stream as `discover` prints it, or what `configured_stream` returned, which is taken as it is.
    """
    return {"streams": [_configured(stream, options) for stream in streams]}


def configured_stream(
    stream: str | Mapping[str, Any],
    *,
    sync_mode: str = "full_refresh",
    destination_sync_mode: str = "append",
    primary_key: Sequence[str] = (),
    object_name: str | None = None,
    json_schema: Mapping[str, Any] | None = None,
    namespace: str | None = None,
    **options: Any,
) -> dict[str, Any]:
    """Return one stream of a configured catalog.

    `stream` is a name or a stream as `discover` prints it. A name alone gets an empty schema and the sync modes that
    `sync_mode` needs; `json_schema` and `namespace` replace those of the stream. `primary_key` lists top-level columns,
    `object_name` is the object of the destination that data activation chose, and `options` are the protocol's others,
    such as `sync_id=12` or `cursor_field=["id"]`. An option that is None is left out.
    """
    discovered = _discovered(stream, sync_mode) if isinstance(stream, str) else stream
    replaced = _without_none({"json_schema": json_schema, "namespace": namespace})
    configured = {
        "stream": {**discovered, **replaced},
        "sync_mode": sync_mode,
        "destination_sync_mode": destination_sync_mode,
        "primary_key": [[column] for column in primary_key] or None,
        "destination_object_name": object_name,
        **options,
    }
    return _without_none(configured)


def _configured(stream: str | Mapping[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    if isinstance(stream, str) or "stream" not in stream:
        return configured_stream(stream, **options)
    return dict(stream)


def _discovered(name: str, sync_mode: str) -> dict[str, Any]:
    sync_modes = ["full_refresh"] if sync_mode == "full_refresh" else ["full_refresh", sync_mode]
    return {"name": name, "json_schema": {}, "supported_sync_modes": sync_modes}


def _without_none(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}
