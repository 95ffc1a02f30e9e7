"""`/_sandbox/settings`, `/_sandbox/tokens/revoke`, `/_sandbox/reset`: how the sandbox behaves."""

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.control.routes import control_route, unprocessable
from mparticle_sandbox.core.settings import SettingsError
from mparticle_sandbox.web.responses import json_response, read_json
from mparticle_sandbox.web.routing import sandbox_of


async def _show(request: Request) -> Response:
    return json_response(asdict(sandbox_of(request).settings))


async def _change(request: Request) -> Response:
    sandbox = sandbox_of(request)
    try:
        sandbox.settings = sandbox.settings.changed(await read_json(request))
    except SettingsError as error:
        raise unprocessable(error) from error
    return json_response(asdict(sandbox.settings))


async def _revoke(request: Request) -> Response:
    sandbox_of(request).tokens.revoke_all()
    return Response(status_code=204)


async def _reset(request: Request) -> Response:
    sandbox_of(request).reset()
    return Response(status_code=204)


SETTINGS = control_route("/settings", GET=_show, PATCH=_change)
REVOKE = control_route("/tokens/revoke", POST=_revoke)
RESET = control_route("/reset", POST=_reset)
