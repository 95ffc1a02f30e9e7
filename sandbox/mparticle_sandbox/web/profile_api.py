"""What every route of the Profile API shares: access, rate, owner, `fields`."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.core.profile_fields import FIELDS, FieldsError, parse_fields
from mparticle_sandbox.web.auth import require_access, token_operation
from mparticle_sandbox.web.operation import Described, Query
from mparticle_sandbox.web.platform_v2 import ERROR_LIST
from mparticle_sandbox.web.responses import ApiError
from mparticle_sandbox.web.routing import ApiRoute, Handler, sandbox_of

ProfileHandler = Callable[[Request, int, list[str]], Awaitable[Response]]

_FIELDS = Query(
    "fields",
    {"type": "string", "pattern": f"^({'|'.join(FIELDS)})(,({'|'.join(FIELDS)}))*$"},
    "The parts of the profile, separated by commas.",
    required=True,
)
_OWNER = "/{org_id:id}/{account_id:id}/{workspace_id:id}"


def profile_route(before: str, after: str, **handlers: ProfileHandler) -> ApiRoute:
    """Return a route of the Profile API with the owner between `before` and `after`.

    Its handlers get the id of a workspace that exists, and the fields that were asked for.
    """
    guarded = {method: _guarded(handler) for method, handler in handlers.items()}
    return ApiRoute(f"/userprofile/v1{before}{_OWNER}{after}", guarded, ERROR_LIST)


def _guarded(handler: ProfileHandler) -> Handler:
    async def handle(request: Request) -> Response:
        require_access(request, "profile")
        percentage_used = _admit(request)
        workspace_id = _workspace_id(request)
        try:
            asked = parse_fields(request.query_params.get("fields", ""))
        except FieldsError as error:
            raise ApiError(400, "BAD_REQUEST", str(error)) from error
        response = await handler(request, workspace_id, asked)
        response.headers["X-mp-rate-limit-percentage-used"] = str(percentage_used)
        return response

    operation = token_operation(handler).with_errors(400, 429)
    return Described(handle, replace(operation, query=(_FIELDS, *operation.query)))


def _admit(request: Request) -> int:
    sandbox = sandbox_of(request)
    admission = sandbox.profile_limiter.admit(1, sandbox.clock(), sandbox.settings.profile_rate_limits)
    if admission.exceeded is not None:
        headers = {"X-mp-rate-limit-exceeded": "org", "Retry-After": "1"}
        raise ApiError(429, "RATE_LIMITED", "Too many profile requests per second.", headers)
    return admission.percentage_used


def _workspace_id(request: Request) -> int:
    sandbox = sandbox_of(request)
    org_id, account_id, workspace_id = (request.path_params[name] for name in ("org_id", "account_id", "workspace_id"))
    workspace = sandbox.catalog["workspaces"].find(workspace_id, ("account", account_id))
    if org_id != sandbox.options.org_id or workspace is None:
        raise ApiError(403, "FORBIDDEN", "The credential does not reach this organization, account and workspace.")
    return int(workspace_id)
