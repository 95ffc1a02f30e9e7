"""The ASGI application: every route, behind the request log and the faults."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.control.events import EVENTS
from mparticle_sandbox.control.exports import EXPORTS
from mparticle_sandbox.control.faults import FAULTS, FIRED
from mparticle_sandbox.control.profiles import PROFILES
from mparticle_sandbox.control.reports import DELETIONS, REQUESTS
from mparticle_sandbox.control.settings import RESET, REVOKE, SETTINGS
from mparticle_sandbox.resources import RESOURCES
from mparticle_sandbox.state import Sandbox
from mparticle_sandbox.web.bulk_delete import BULK_DELETE
from mparticle_sandbox.web.events_api import EVENTS_API
from mparticle_sandbox.web.fault_injection import InjectFaults
from mparticle_sandbox.web.middleware import CompressResponses, LogRequests
from mparticle_sandbox.web.openapi import openapi_route
from mparticle_sandbox.web.responses import json_response
from mparticle_sandbox.web.token_endpoint import OAUTH

_CONTROL = (REQUESTS, FAULTS, FIRED, SETTINGS, REVOKE, RESET, PROFILES, DELETIONS, *EVENTS, *EXPORTS)


def build_app(sandbox: Sandbox) -> Starlette:
    """Return the application that serves `sandbox`."""
    platform = [route for resource in RESOURCES for route in resource.routes]
    routes = [*EVENTS_API, BULK_DELETE, OAUTH, *platform, *_CONTROL]
    app = Starlette(
        routes=[*routes, openapi_route(routes)],
        middleware=[
            Middleware(LogRequests, sandbox=sandbox),
            Middleware(InjectFaults, sandbox=sandbox),
            Middleware(CompressResponses, sandbox=sandbox),
        ],
        exception_handlers={HTTPException: _no_such_path},
    )
    app.state.sandbox = sandbox
    # A path with a slash too many is an unknown path: a redirect would hide the mistake.
    app.router.redirect_slashes = False
    return app


async def _no_such_path(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return json_response({"errors": [{"code": "NOT_FOUND", "message": "No resource has this path."}]}, status)
