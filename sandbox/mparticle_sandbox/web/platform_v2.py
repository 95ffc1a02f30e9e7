"""What every `/platform/v2` resource of a workspace or an account shares: access, owner, error list."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.core.grants import Api
from mparticle_sandbox.web.auth import require_access, token_operation
from mparticle_sandbox.web.json_schemas import ERRORS, record
from mparticle_sandbox.web.operation import Described
from mparticle_sandbox.web.platform_v1 import with_rate_header
from mparticle_sandbox.web.responses import ApiError, json_response
from mparticle_sandbox.web.routing import ApiRoute, ErrorForm, Handler, sandbox_of

WorkspaceHandler = Callable[[Request, int], Awaitable[Response]]


def workspace_route(path: str, *, api: Api = "platform", **handlers: WorkspaceHandler) -> ApiRoute:
    """Return a route below one workspace; its handlers get the id of a workspace that exists."""
    guarded = {method: _in_workspace(handler, api) for method, handler in handlers.items()}
    return ApiRoute(f"/platform/v2/workspaces/{{workspace_id:id}}{path}", guarded, ERROR_LIST)


def account_route(path: str, *, api: Api, **handlers: Handler) -> ApiRoute:
    """Return a route below one account of the organization; its handlers are reached for one that exists."""
    guarded = {method: _in_account(handler, api) for method, handler in handlers.items()}
    owner = "/platform/v2/organizations/{org_id:id}/accounts/{account_id:id}"
    return ApiRoute(f"{owner}{path}", guarded, ERROR_LIST)


def _error_list(error: ApiError) -> Response:
    return json_response({"errors": [error.as_error()]}, error.status)


# The error as the only one of `errors`.
ERROR_LIST = ErrorForm(_error_list, record(errors=ERRORS))


def _in_workspace(handler: WorkspaceHandler, api: Api) -> Handler:
    async def handle(request: Request) -> Response:
        require_access(request, api)
        workspace_id: int = request.path_params["workspace_id"]
        sandbox = sandbox_of(request)
        if sandbox.catalog["workspaces"].get(workspace_id) is None:
            status = sandbox.settings.statuses.unknown_workspace
            raise ApiError(status, "NOT_FOUND", f"The workspace {workspace_id} does not exist.")
        return with_rate_header(request, await handler(request, workspace_id))

    return Described(handle, token_operation(handler))


def _in_account(handler: Handler, api: Api) -> Handler:
    async def handle(request: Request) -> Response:
        require_access(request, api)
        sandbox = sandbox_of(request)
        org_id, account_id = request.path_params["org_id"], request.path_params["account_id"]
        if org_id != sandbox.options.org_id:
            status = sandbox.settings.statuses.unknown_organization
            raise ApiError(status, "NOT_FOUND", f"The organization {org_id} does not exist.")
        if sandbox.catalog["accounts"].get(account_id) is None:
            raise ApiError(404, "NOT_FOUND", f"The account {account_id} does not exist in this organization.")
        return with_rate_header(request, await handler(request))

    return Described(handle, token_operation(handler))
