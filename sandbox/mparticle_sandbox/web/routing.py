"""Routes that know all methods of a path, so that a wrong one is refused in the API's own form."""

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mparticle_sandbox.state import Sandbox
from mparticle_sandbox.web.responses import ApiError, method_not_allowed

Handler = Callable[[Request], Awaitable[Response]]
RenderError = Callable[[ApiError], Response]

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def route(path: str, handlers: Mapping[str, Handler], render_error: RenderError) -> Route:
    """Return a route that calls the handler of the request's method and words every error with `render_error`."""

    async def dispatch(request: Request) -> Response:
        try:
            if request.method not in handlers:
                raise method_not_allowed(request.method)
            return await handlers[request.method](request)
        except ApiError as error:
            return render_error(error)

    return Route(path, dispatch, methods=_METHODS)


def sandbox_of(request: Request) -> Sandbox:
    """Return the sandbox that serves this request."""
    sandbox: Sandbox = request.app.state.sandbox
    return sandbox
