"""`/openapi.json`: what every route says of itself, as an OpenAPI description."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from starlette.convertors import IntegerConvertor
from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.web.json_schemas import COUNT, OBJECT, TEXT, record
from mparticle_sandbox.web.middleware import CONTROL_PREFIX, DESCRIPTION_PATH
from mparticle_sandbox.web.operation import Operation, Query, Schema, describe
from mparticle_sandbox.web.responses import ApiError, json_response
from mparticle_sandbox.web.routing import ApiRoute, ErrorForm

_VERSION = "3.1.0"
# A slash would make it another path.
_NAME: Schema = {"type": "string", "pattern": "^[^/]+$"}
_SECURITY: dict[str, Any] = {
    "token": {
        "type": "oauth2",
        "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": {}}},
    },
    "input": {"type": "http", "scheme": "basic", "description": "The key and the secret of an input."},
}


def openapi_route(routes: Sequence[ApiRoute]) -> ApiRoute:
    """Return the route that describes `routes` and itself."""

    @describe("Return this description.", {200: OBJECT})
    async def show(_request: Request) -> Response:
        return json_response(_description([*routes, itself]))

    itself = ApiRoute(DESCRIPTION_PATH, {"GET": show}, ErrorForm(_error, record(error=TEXT)))
    return itself


def _error(error: ApiError) -> Response:
    return json_response({"error": error.message}, error.status)


def _description(routes: Sequence[ApiRoute]) -> dict[str, Any]:
    return {
        "openapi": _VERSION,
        "info": {
            "title": "mParticle sandbox",
            "version": "1",
            "description": "What the sandbox serves with its first settings. Others, and fault rules, can change that.",
        },
        "paths": {route.path_format: _path(route) for route in routes},
        "components": {"securitySchemes": _SECURITY},
    }


def _path(route: ApiRoute) -> dict[str, Any]:
    owner = [
        _parameter(Query(name, COUNT if isinstance(kind, IntegerConvertor) else _NAME, required=True), "path")
        for name, kind in route.param_convertors.items()
    ]
    methods = {method.lower(): _operation(route, method, operation) for method, operation in route.operations.items()}
    return {**({"parameters": owner} if owner else {}), **methods}


def _operation(route: ApiRoute, method: str, operation: Operation) -> dict[str, Any]:
    responses = {**dict.fromkeys(sorted(operation.errors), route.error_schema), **operation.responses}
    described: dict[str, Any] = {
        "operationId": _operation_id(method, route.path_format),
        "summary": operation.summary,
        "tags": ["sandbox" if route.path.startswith((CONTROL_PREFIX, DESCRIPTION_PATH)) else "mParticle"],
        "responses": {str(status): _response(status, schema, method) for status, schema in sorted(responses.items())},
        "security": [{operation.credentials: []}] if operation.credentials else [],
    }
    if operation.query:
        described["parameters"] = [_parameter(each, "query") for each in operation.query]
    if operation.body is not None:
        described["requestBody"] = {"required": True, "content": _json(operation.body)}
    return described


def _parameter(parameter: Query, place: str) -> dict[str, Any]:
    described = {"name": parameter.name, "in": place, "required": parameter.required, "schema": parameter.schema}
    return {**described, "description": parameter.about} if parameter.about else described


def _response(status: int, schema: Schema | None, method: str) -> dict[str, Any]:
    described: dict[str, Any] = {"description": HTTPStatus(status).phrase}
    return described if schema is None or method == "HEAD" else {**described, "content": _json(schema)}


def _json(schema: Schema) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _operation_id(method: str, path: str) -> str:
    return "_".join([method.lower(), *re.findall(r"\w+", path)])
