"""`/_sandbox/requests` and `/_sandbox/deletions`: what the sandbox was asked, and what happened to it."""

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.control.routes import control_route
from mparticle_sandbox.core.request_log import LoggedRequest
from mparticle_sandbox.web.json_schemas import COUNT, dataclass_schema, record
from mparticle_sandbox.web.operation import Schema, describe
from mparticle_sandbox.web.responses import json_response
from mparticle_sandbox.web.routing import sandbox_of

_BY_NAME: Schema = {"type": "object", "additionalProperties": COUNT}
_REQUESTS = record(total=COUNT, by_route=_BY_NAME, requests={"type": "array", "items": dataclass_schema(LoggedRequest)})
_DELETED = record(at_ms=COUNT, deleted_mpid={"type": ["integer", "null"]}, asked={"type": "object"})
_DELETIONS = record(
    requests=COUNT, refused=_BY_NAME, deleted=COUNT, unknown=COUNT, deletions={"type": "array", "items": _DELETED}
)


@describe("Return what the sandbox was asked.", {200: _REQUESTS})
async def _request_report(request: Request) -> Response:
    return json_response(sandbox_of(request).requests.report())


@describe("Count requests from nothing.", {204: None})
async def _clear_requests(request: Request) -> Response:
    sandbox_of(request).requests.clear()
    return Response(status_code=204)


@describe("Return what the Bulk Profile Deletion API was asked to delete.", {200: _DELETIONS})
async def _deletion_report(request: Request) -> Response:
    return json_response(sandbox_of(request).deletions.report())


REQUESTS = control_route("/requests", GET=_request_report, DELETE=_clear_requests)
DELETIONS = control_route("/deletions", GET=_deletion_report)
