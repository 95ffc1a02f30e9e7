"""What every `/platform/v2` resource of a workspace shares: bearer token, workspace, error list."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mparticle_sandbox.web.answers import Refusal, json_answer
from mparticle_sandbox.web.bearer import require_bearer
from mparticle_sandbox.web.routing import Handler, route, sandbox_of

WorkspaceHandler = Callable[[Request, int], Awaitable[Response]]


def workspace_route(path: str, **handlers: WorkspaceHandler) -> Route:
    """Return a route below one workspace; its handlers get the id of a workspace that exists."""
    guarded = {method: _in_workspace(handler) for method, handler in handlers.items()}
    return route(f"/platform/v2/workspaces/{{workspace_id:int}}{path}", guarded, _refusal_list)


def _in_workspace(handler: WorkspaceHandler) -> Handler:
    async def handle(request: Request) -> Response:
        require_bearer(request)
        workspace_id: int = request.path_params["workspace_id"]
        if sandbox_of(request).catalogue["workspaces"].get(workspace_id) is None:
            raise Refusal(404, "NOT_FOUND", f"The workspace {workspace_id} does not exist.")
        return await handler(request, workspace_id)

    return handle


def _refusal_list(refusal: Refusal) -> Response:
    return json_answer({"errors": [refusal.as_error()]}, refusal.status)
