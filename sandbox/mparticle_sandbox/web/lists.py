"""The envelope of lists, which the sandbox can vary because sources disagree about it."""

import json
from fnmatch import fnmatchcase
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.core.list_style import restyled
from mparticle_sandbox.core.settings import Settings
from mparticle_sandbox.web.json_schemas import list_schema
from mparticle_sandbox.web.responses import json_response, json_text_response
from mparticle_sandbox.web.routing import path_of, sandbox_of

# How most resources of `/v1` spell the key of the type in their envelope; feeds and configurations write the second.
TYPE_KEY = "dataType"
FEED_TYPE_KEY = "data_type"
LIST = list_schema(TYPE_KEY)
_LIST_ERROR = {"code": "VALIDATION_ERROR", "message": "The list could not be read."}


def list_text(items: list[Any]) -> bytes:
    """Return entities as a JSON array."""
    return json.dumps(items, separators=(",", ":")).encode()


def list_response(
    request: Request, items: bytes, data_type: str, documented: str, type_key: str = TYPE_KEY
) -> Response:
    """Return a response with the JSON array `items` in the shape that the settings name.

    By default that is the shape `documented`, either `bare` or `wrapped`.
    `type_key` is how the envelope of this resource spells the key of its type.
    """
    settings = sandbox_of(request).settings
    if settings.errors_in_200 is not None and fnmatchcase(path_of(request), settings.errors_in_200):
        return json_response({"data": [], type_key: data_type, "errors": [_LIST_ERROR]})
    shape = _shape(settings, path_of(request)) or documented
    items = restyled(items, settings.id_types, settings.timestamps)
    return json_text_response(items if shape == "bare" else _wrapped(items, data_type, type_key))


def _shape(settings: Settings, path: str) -> str | None:
    """Return the shape that is set for the list at a path, or None where it is to be the documented one."""
    general = None if settings.list_shape == "documented" else settings.list_shape
    return next((shape for glob, shape in settings.list_shapes.items() if fnmatchcase(path, glob)), general)


def _wrapped(items: bytes, data_type: str, type_key: str) -> bytes:
    return b'{"data":%b,"%b":%b,"errors":null}' % (items, type_key.encode(), json.dumps(data_type).encode())
