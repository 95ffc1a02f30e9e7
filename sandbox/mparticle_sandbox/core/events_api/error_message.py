"""What the live service says about a refused batch: the words of its JSON reader, escaped for HTML."""

import html
import re

from mparticle_sandbox.core.events_api.batch_text import SentBatch
from mparticle_sandbox.core.events_api.json_place import reader_offset
from mparticle_sandbox.core.events_api.problem import Problem
from mparticle_sandbox.core.events_api.shape.finding import Place

# What an error tells about its batch: everything that the service tells, only the position, or nothing.
ERROR_PATHS = ("path_and_position", "position", "none")
_PLAIN_NAME = re.compile(r"[^\s.'\"/\[\]()\\]+")


def error_message(problem: Problem, sent: SentBatch, index: int | None, error_paths: str) -> str:
    """Return the message about a batch, the one at `index` of a list or, without one, the only one of a request."""
    if not problem.cause:
        return problem.message
    if error_paths == "none":
        return _escaped(problem.cause)
    path = _path(problem.place, index if error_paths == "path_and_position" else None)
    position = reader_offset(sent.text, 0, problem.place) + sent.start
    return _escaped(f"{problem.cause} Path '{path}', line 1, position {position}.")


def _path(place: Place, index: int | None) -> str:
    """Return the reader's path. An event is read by itself, so a path inside it starts there and names no batch."""
    if place[:1] == ("events",) and place[2:]:
        return _joined(place[2:])
    return _joined(place if index is None else (index, *place))


def _joined(place: Place) -> str:
    text = ""
    for step in place:
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
