"""A route of the control API: no token, plain error sentences."""

import json
import math
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.web.json_schemas import TEXT, record
from mparticle_sandbox.web.middleware import CONTROL_PREFIX
from mparticle_sandbox.web.responses import ApiError, json_response, read_json
from mparticle_sandbox.web.routing import ApiRoute, ErrorForm, Handler


def control_route(path: str, **handlers: Handler) -> ApiRoute:
    """Return a route below `/_sandbox`."""
    return ApiRoute(f"{CONTROL_PREFIX}{path}", handlers, _ERROR_FORM)


async def read_strict_json(request: Request) -> Any:
    """Return the body as JSON; refuse with 422 what has no one meaning in JSON: NaN, infinities, a name given twice."""
    return await read_json(request, _load_strictly)


def _finite(text: str) -> float:
    if not math.isfinite(float(text)):
        raise unprocessable(
            "The body holds a number that is not finite, which JSON cannot express: NaN or an infinity."
        )
    return float(text)


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for name, value in pairs:
        if name in content:
            raise unprocessable(f"The body names {name!r} twice in one object.")
        content[name] = value
    return content


_load_strictly = partial(json.loads, parse_constant=_finite, parse_float=_finite, object_pairs_hook=_named_once)


def unprocessable(sentence: str) -> ApiError:
    """Return the API error for content whose fault a sentence describes."""
    return ApiError(422, "UNPROCESSABLE", sentence)


def _error(error: ApiError) -> Response:
    return json_response({"error": error.message}, error.status)


_ERROR_FORM = ErrorForm(_error, record(error=TEXT))
