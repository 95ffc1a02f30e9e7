"""A route of the control API: no token, plain error sentences."""

from starlette.responses import Response

from mparticle_sandbox.web.json_schemas import TEXT, record
from mparticle_sandbox.web.middleware import CONTROL_PREFIX
from mparticle_sandbox.web.responses import ApiError, json_response
from mparticle_sandbox.web.routing import ApiRoute, ErrorForm, Handler


def control_route(path: str, **handlers: Handler) -> ApiRoute:
    """Return a route below `/_sandbox`."""
    return ApiRoute(f"{CONTROL_PREFIX}{path}", handlers, _ERROR_FORM)


def unprocessable(error: ValueError) -> ApiError:
    """Return the API error for content that `error` describes in a sentence."""
    return ApiError(422, "UNPROCESSABLE", str(error))


def _error(error: ApiError) -> Response:
    return json_response({"error": error.message}, error.status)


_ERROR_FORM = ErrorForm(_error, record(error=TEXT))
