"""How lists are enveloped, which the sandbox can vary because sources disagree about it."""

import json
from fnmatch import fnmatchcase

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.web.answers import json_answer, json_text_answer
from mparticle_sandbox.web.routing import sandbox_of

_LIST_ERROR = {"code": "VALIDATION_ERROR", "message": "The list could not be read."}


def list_answer(request: Request, items: bytes, data_type: str, documented: str) -> Response:
    """Answer with the JSON array `items` in the documented shape (`bare` or `wrapped`) or in the one that is set."""
    settings = sandbox_of(request).settings
    if settings.errors_in_200 is not None and fnmatchcase(request.url.path, settings.errors_in_200):
        return json_answer({"data": [], "dataType": data_type, "errors": [_LIST_ERROR]})
    shape = documented if settings.list_shape == "documented" else settings.list_shape
    return json_text_answer(items if shape == "bare" else _wrapped(items, data_type))


def _wrapped(items: bytes, data_type: str) -> bytes:
    return b'{"data":%b,"dataType":%b,"errors":null}' % (items, json.dumps(data_type).encode())
