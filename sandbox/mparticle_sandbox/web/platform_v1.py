"""What every `/v1` resource of the Platform API shares: bearer token, `accountId`, the data envelope."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.core.catalog import FIRST_ACCOUNT_ID
from mparticle_sandbox.core.statuses import Statuses
from mparticle_sandbox.web.auth import require_access, token_operation
from mparticle_sandbox.web.json_schemas import envelope_schema
from mparticle_sandbox.web.lists import TYPE_KEY
from mparticle_sandbox.web.operation import Described, Query, operation_of
from mparticle_sandbox.web.responses import ApiError, json_response
from mparticle_sandbox.web.routing import MOST_DIGITS, ApiRoute, ErrorForm, Handler, sandbox_of

_OK = 200
ENVELOPE = envelope_schema(TYPE_KEY)
_ACCOUNT_ID = Query("accountId", {"type": "integer", "minimum": 0}, "The account.", required=True)

AccountHandler = Callable[[Request, int], Awaitable[Response]]


def v1_route(path: str, data_type: str, *, type_key: str = TYPE_KEY, **handlers: Handler) -> ApiRoute:
    """Return a route below `/v1` whose handlers are reached with a valid token only."""
    guarded = {method: _with_token(handler) for method, handler in handlers.items()}
    errors = ErrorForm(partial(_error_envelope, data_type, type_key), envelope_schema(type_key, has_failed=True))
    return ApiRoute(f"/v1{path}", guarded, errors)


def for_account(handler: AccountHandler) -> Handler:
    """Return a handler that calls `handler` with the request's `accountId`.

    A missing `accountId` and an unknown one are refused with the statuses that are set; 200 takes the first account.
    """

    async def handle(request: Request) -> Response:
        sandbox = sandbox_of(request)
        statuses = sandbox.settings.statuses
        text = request.query_params.get("accountId", "")
        if not text and statuses.missing_account != _OK:
            raise ApiError(statuses.missing_account, "UNAUTHORIZED", "The query parameter accountId is missing.")
        account_id = entity_id(text) if text else FIRST_ACCOUNT_ID
        if sandbox.catalog["accounts"].get(account_id) is None:
            raise ApiError(statuses.unknown_account, "NOT_FOUND", f"The account {text} does not exist in this account.")
        return await handler(request, account_id)

    operation = operation_of(handler)
    operation = operation.with_errors(Statuses.missing_account, Statuses.unknown_account)
    return Described(handle, replace(operation, query=(_ACCOUNT_ID, *operation.query)))


def envelope(items: list[Any], data_type: str, status: int = 200, type_key: str = TYPE_KEY) -> Response:
    """Return a response with the `/v1` envelope around `items`."""
    return json_response({"data": items, type_key: data_type, "errors": None}, status)


def entity_id(text: str) -> int:
    """Return an id from a path or query; -1, which no entity has, for text that is not an id."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else -1


def is_same_service(request: Request, listed: str, wanted: str) -> bool:
    """Say whether a path names the service that lists write as `listed`."""
    if sandbox_of(request).settings.service_in_path == "listed":
        return listed == wanted
    return listed.lower() == wanted.lower()


def not_found(kind: str, name: str) -> ApiError:
    """Return the error for an entity that does not exist or is not the account's."""
    return ApiError(404, "NOT_FOUND", f"The {kind} {name} does not exist in this account.")


def with_rate_header(request: Request, response: Response) -> Response:
    """Return a response of the Platform API, with the header about its rate where the settings say so."""
    if sandbox_of(request).settings.platform_rate_header:
        response.headers["X-mp-rate-limit-percentage-used"] = "0"
    return response


def _with_token(handler: Handler) -> Handler:
    async def handle(request: Request) -> Response:
        require_access(request, "platform")
        return with_rate_header(request, await handler(request))

    return Described(handle, token_operation(handler))


def _error_envelope(data_type: str, type_key: str, error: ApiError) -> Response:
    return json_response({"data": [], type_key: data_type, "errors": [error.as_error()]}, error.status)
