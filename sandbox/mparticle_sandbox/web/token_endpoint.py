"""The token endpoint: client credentials for an access token."""

from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.core.options import Options
from mparticle_sandbox.web.json_schemas import COUNT, TEXT, open_record, record
from mparticle_sandbox.web.operation import describe
from mparticle_sandbox.web.responses import ApiError, json_response, read_json
from mparticle_sandbox.web.routing import ApiRoute, ErrorForm, sandbox_of

AUDIENCE = "https://api.mparticle.com"
_REQUIRED = {**TEXT, "minLength": 1}
_FIELDS = ("client_id", "client_secret", "audience", "grant_type")


@describe(
    "Return an access token for client credentials; the body may be a form, too.",
    {200: record(access_token=TEXT, expires_in=COUNT, token_type=TEXT)},
    400,
    401,
    403,
    body=open_record(**dict.fromkeys(_FIELDS, _REQUIRED)),
)
async def _token(request: Request) -> Response:
    sandbox = sandbox_of(request)
    _check(await _body(request), sandbox.options, sandbox.settings.statuses.wrong_secret)
    lifetime = sandbox.settings.token_lifetime_s
    token = sandbox.tokens.issue(sandbox.clock(), lifetime)
    return json_response({"access_token": token, "expires_in": lifetime, "token_type": "Bearer"})


async def _body(request: Request) -> Any:
    is_form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    if is_form and sandbox_of(request).settings.form_tokens:
        return dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
    return await read_json(request)


def _check(content: Any, options: Options, wrong_secret: int) -> None:
    if not isinstance(content, dict):
        raise ApiError(400, "invalid_request", "The body must be a JSON object.")
    missing = [name for name in _FIELDS if not isinstance(content.get(name), str) or not content[name]]
    if missing:
        raise ApiError(400, "invalid_request", f"Missing required parameter: {missing[0]}")
    if content["grant_type"] != "client_credentials":
        raise ApiError(403, "unauthorized_client", "The grant type is not allowed for the client.")
    if (content["client_id"], content["client_secret"]) != (options.client_id, options.client_secret):
        raise ApiError(wrong_secret, "access_denied", "Unauthorized")
    if content["audience"] != AUDIENCE:
        raise ApiError(403, "access_denied", f"Service not enabled within domain; the audience is always {AUDIENCE}")


def _oauth_error(error: ApiError) -> Response:
    code = "invalid_request" if error.code == "BAD_REQUEST" else error.code
    return json_response({"error": code, "error_description": error.message}, error.status)


_ERROR_FORM = ErrorForm(_oauth_error, record(error=TEXT, error_description=TEXT))
OAUTH = ApiRoute("/oauth/token", {"POST": _token}, _ERROR_FORM)
