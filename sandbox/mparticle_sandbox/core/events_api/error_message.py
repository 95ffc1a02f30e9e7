"""What the live service says about a refused batch: the messages of its JSON reader, escaped for HTML."""

import html
import re

from mparticle_sandbox.core.events_api.batch_error import BatchError
from mparticle_sandbox.core.events_api.batch_text import SentBatch
from mparticle_sandbox.core.events_api.json_offset import reader_offset
from mparticle_sandbox.core.events_api.schema.violation import JsonPath

# What an error tells about its batch: everything that the service tells, only the position, or nothing.
ERROR_PATHS = ("path_and_position", "position", "none")
_PLAIN_NAME = re.compile(r"[^\s.'\"/\[\]()\\]+")


def error_message(error: BatchError, sent: SentBatch, index: int | None, error_paths: str) -> str:
    """Return the message about a batch, the one at `index` of a list or, without one, the only one of a request."""
    if not error.cause:
        return error.message
    if error_paths == "none":
        return _escaped(error.cause)
    path = _path(error.path, index if error_paths == "path_and_position" else None)
    try:
        position = reader_offset(sent.text, 0, error.path) + sent.start
    except RecursionError:
        # As deep as it could just be read once.
        return _escaped(error.cause)
    return _escaped(f"{error.cause} Path '{path}', line 1, position {position}.")


def _path(path: JsonPath, index: int | None) -> str:
    """Return the reader's path. An event is read by itself, so a path inside it starts there and names no batch."""
    if path[:1] == ("events",) and path[2:]:
        return _joined(path[2:])
    return _joined(path if index is None else (index, *path))


def _joined(path: JsonPath) -> str:
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _PLAIN_NAME.fullmatch(step):
            text += f".{step}" if text else step
        else:
            quoted = step.replace("\\", "\\\\").replace("'", "\\'")
            text += f"['{quoted}']"
    return text


def _escaped(text: str) -> str:
    return html.escape(text, quote=False).replace('"', "&quot;")
