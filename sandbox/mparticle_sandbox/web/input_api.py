"""What the APIs that take the key pair of an input share: their errors."""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.web.json_schemas import ERRORS, record
from mparticle_sandbox.web.operation import Described, operation_of
from mparticle_sandbox.web.responses import ApiError, json_response
from mparticle_sandbox.web.routing import ApiRoute, ErrorForm, Handler, sandbox_of

_CREDENTIAL_STATUSES = (401, 403)


def input_route(path: str, post: Handler) -> ApiRoute:
    """Return a route with the handler of POST. The live service says nothing about a missing or wrong key pair."""

    async def handle(request: Request) -> Response:
        try:
            return await post(request)
        except ApiError as error:
            if error.status in _CREDENTIAL_STATUSES and sandbox_of(request).settings.answers == "service":
                return Response(status_code=error.status)
            raise

    operation = replace(operation_of(post).with_errors(400, 405), credentials="input")
    # The live service sends these two without a body.
    responses = {**operation.responses, **dict.fromkeys(_CREDENTIAL_STATUSES)}
    return ApiRoute(path, {"POST": Described(handle, replace(operation, responses=responses))}, _ERROR_FORM)


def bad_request(message: str) -> ApiError:
    """Return the error for a body that is not what the API takes."""
    return ApiError(400, "BAD_REQUEST", message)


def _errors(error: ApiError) -> Response:
    return json_response({"errors": [error.as_error()]}, error.status)


_ERROR_FORM = ErrorForm(_errors, record(errors=ERRORS))
