"""What Airbyte hands to a connector: messages on its standard input, and files that its command line names."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def record(stream: str, data: Mapping[str, Any], *, emitted_at: int = 0) -> bytes:
    """Return a record as a line of JSON. `emitted_at` is in milliseconds since 1970."""
    return _line({"type": "RECORD", "record": {"stream": stream, "emitted_at": emitted_at, "data": dict(data)}})


def state(stream: str, data: Mapping[str, Any], **more: Any) -> bytes:
    """Return the state of a stream as a line of JSON. `more` are further keys of the message, such as `id=3`."""
    body = {"stream_descriptor": {"name": stream}, "stream_state": dict(data)}
    return _line({"type": "STATE", "state": {"type": "STREAM", "stream": body}, **more})


def command_files(folder: Path, **contents: Any) -> list[str]:
    """Write each of `contents` as JSON into `folder`, and return the arguments that name the files.

    `command_files(folder, config=..., catalog=...)` returns `["--config", ".../config.json", "--catalog", ...]`.
    """
    arguments = []
    for name, content in contents.items():
        path = folder / f"{name}.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        arguments += [f"--{name}", str(path)]
    return arguments


def _line(message: dict[str, Any]) -> bytes:
    return json.dumps(message).encode() + b"\n"
