"""Routes that know all methods of a path, so that a wrong one is refused in the API's own form."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mparticle_sandbox.state import Sandbox
from mparticle_sandbox.web.operation import Operation, Schema, operation_of
from mparticle_sandbox.web.responses import ApiError, method_not_allowed

Handler = Callable[[Request], Awaitable[Response]]

# No id of 64 bits has more; Python refuses to convert thousands of them.
MOST_DIGITS = 19


class _IdConvertor(IntegerConvertor):
    regex = f"[0-9]{{1,{MOST_DIGITS}}}"


# As `{workspace_id:id}` in a path.
register_url_convertor("id", _IdConvertor())


@dataclass(frozen=True)
class ErrorForm:
    """How an API words its errors, and the JSON Schema of what it then returns."""

    render: Callable[[ApiError], Response]
    schema: Schema


class ApiRoute(Route):
    """A path with a handler for each of its methods, and what `/openapi.json` tells about them."""

    def __init__(self, path: str, handlers: Mapping[str, Handler], errors: ErrorForm) -> None:
        self.operations: dict[str, Operation] = {name: operation_of(handler) for name, handler in handlers.items()}
        self.error_schema = errors.schema

        async def dispatch(request: Request) -> Response:
            try:
                if request.method not in handlers:
                    raise method_not_allowed(request.method, handlers)
                return await handlers[request.method](request)
            except ApiError as error:
                response = errors.render(error)
                response.headers.update(error.headers)
                return response

        super().__init__(path, dispatch)
        # All of them, so that every wrong one is refused by `dispatch`.
        self.methods = None


def sandbox_of(request: Request) -> Sandbox:
    """Return the sandbox that serves this request."""
    sandbox: Sandbox = request.app.state.sandbox
    return sandbox


def path_of(request: Request) -> str:
    """Return the path of the request; Starlette's `url` cannot be read where the Host header is no host."""
    path: str = request.scope["path"]
    return path
