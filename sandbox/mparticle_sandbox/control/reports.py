"""`/_sandbox/requests` and `/_sandbox/deletions`: what the sandbox was asked, and what happened to it."""

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.control.routes import control_route
from mparticle_sandbox.web.responses import json_response
from mparticle_sandbox.web.routing import sandbox_of


async def _request_report(request: Request) -> Response:
    return json_response(sandbox_of(request).requests.report())


async def _clear_requests(request: Request) -> Response:
    sandbox_of(request).requests.clear()
    return Response(status_code=204)


async def _deletion_report(request: Request) -> Response:
    return json_response(sandbox_of(request).deletions.report())


REQUESTS = control_route("/requests", GET=_request_report, DELETE=_clear_requests)
DELETIONS = control_route("/deletions", GET=_deletion_report)
