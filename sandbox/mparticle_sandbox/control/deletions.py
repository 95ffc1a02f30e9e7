"""`/_sandbox/deletions`: which profiles were to be deleted, and what became of it."""

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.control.routes import control_route
from mparticle_sandbox.web.answers import json_answer
from mparticle_sandbox.web.routing import sandbox_of


async def _report(request: Request) -> Response:
    return json_answer(sandbox_of(request).deletions.report())


DELETIONS = control_route("/deletions", GET=_report)
