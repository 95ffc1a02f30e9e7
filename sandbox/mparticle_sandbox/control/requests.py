"""`/_sandbox/requests`: what the sandbox was asked."""

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.control.routes import control_route
from mparticle_sandbox.web.answers import json_answer
from mparticle_sandbox.web.routing import sandbox_of


async def _report(request: Request) -> Response:
    return json_answer(sandbox_of(request).requests.report())


async def _clear(request: Request) -> Response:
    sandbox_of(request).requests.clear()
    return Response(status_code=204)


REQUESTS = control_route("/requests", GET=_report, DELETE=_clear)
