"""What the APIs that take the key pair of an input share: their errors."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mparticle_sandbox.web.responses import ApiError, json_response
from mparticle_sandbox.web.routing import Handler, route, sandbox_of

_CREDENTIAL_STATUSES = (401, 403)


def input_route(path: str, post: Handler) -> Route:
    """Return a route with the handler of POST. The live service says nothing about a missing or wrong key pair."""

    async def handle(request: Request) -> Response:
        try:
            return await post(request)
        except ApiError as error:
            if error.status in _CREDENTIAL_STATUSES and sandbox_of(request).settings.answers == "service":
                return Response(status_code=error.status)
            raise

    return route(path, {"POST": handle}, _errors)


def bad_request(message: str) -> ApiError:
    """Return the error for a body that is not what the API takes."""
    return ApiError(400, "BAD_REQUEST", message)


def _errors(error: ApiError) -> Response:
    return json_response({"errors": [error.as_error()]}, error.status, error.headers)
