"""The credentials of a request: an access token or the key pair of an input, and what they allow."""

import base64
from collections.abc import Awaitable, Callable
from dataclasses import replace
from fnmatch import fnmatchcase

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.core.grants import Api
from mparticle_sandbox.web.operation import Operation, operation_of
from mparticle_sandbox.web.responses import ApiError
from mparticle_sandbox.web.routing import path_of, sandbox_of


def require_access(request: Request, api: Api) -> None:
    """Raise ApiError: 401 without a valid token, 403 without the API's grant, 404 where the feature is not enabled."""
    _require_token(request)
    settings = sandbox_of(request).settings
    if not settings.grants.allow(api):
        raise ApiError(403, "FORBIDDEN", f"The credential is not granted the API {api}.")
    if any(fnmatchcase(path_of(request), glob) for glob in settings.missing_features):
        raise ApiError(404, "NOT_FOUND", "The feature is not enabled for this account.")


def token_operation(handler: Callable[..., Awaitable[Response]]) -> Operation:
    """Return the operation of a handler that `require_access` guards."""
    return replace(operation_of(handler).with_errors(401, 403, 404), credentials="token")


def require_input_key(request: Request) -> str:
    """Return the API key of the request. Raise ApiError: 401 without a header, 403 for a wrong pair."""
    header = request.headers.get("authorization")
    if header is None:
        raise ApiError(401, "UNAUTHORIZED", "The Authorization header is missing.")
    scheme, _, encoded = header.partition(" ")
    key, _, secret = _decoded(encoded.strip()).partition(":")
    if scheme.lower() != "basic" or (key, secret) not in sandbox_of(request).options.inputs:
        raise ApiError(403, "FORBIDDEN", "The key and secret are not those of an input.")
    return key


def _require_token(request: Request) -> None:
    """Raise ApiError with 401 for a request without a valid access token."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    sandbox = sandbox_of(request)
    if scheme.lower() != "bearer" or not sandbox.tokens.is_valid(token.strip(), sandbox.clock()):
        raise ApiError(401, "UNAUTHORIZED", "The access token is missing, unknown or expired.")


def _decoded(encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except ValueError:
        return ""
