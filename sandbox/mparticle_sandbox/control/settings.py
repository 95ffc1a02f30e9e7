"""`/_sandbox/settings`, `/_sandbox/tokens/revoke`, `/_sandbox/reset`: how the sandbox behaves."""

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.control.routes import control_route, read_strict_json, unprocessable
from mparticle_sandbox.core.settings import LEAST, MOST, WORDS, Settings, SettingsError
from mparticle_sandbox.web.json_schemas import dataclass_schema
from mparticle_sandbox.web.operation import Schema, describe
from mparticle_sandbox.web.responses import json_response
from mparticle_sandbox.web.routing import sandbox_of

_RULES: dict[str, Schema] = {
    **{name: {"enum": [*words]} for name, words in WORDS.items()},
    **{name: {"minimum": least, "maximum": MOST} for name, least in LEAST.items()},
    "list_shapes": {"additionalProperties": {"enum": ["bare", "wrapped"]}},
}
_SETTINGS = dataclass_schema(Settings, _RULES)
_CHANGES = dataclass_schema(Settings, _RULES, partial=True)


@describe("Return the settings.", {200: _SETTINGS})
async def _show(request: Request) -> Response:
    return json_response(asdict(sandbox_of(request).settings))


@describe("Change the given settings, and return them all.", {200: _SETTINGS}, 400, 422, body=_CHANGES)
async def _change(request: Request) -> Response:
    sandbox = sandbox_of(request)
    try:
        sandbox.settings = sandbox.settings.changed(await read_strict_json(request))
    except SettingsError as error:
        raise unprocessable(str(error)) from error
    return json_response(asdict(sandbox.settings))


@describe("Make every token issued so far invalid.", {204: None})
async def _revoke(request: Request) -> Response:
    sandbox_of(request).tokens.revoke_all()
    return Response(status_code=204)


@describe("Return to the state in which the sandbox started.", {204: None})
async def _reset(request: Request) -> Response:
    sandbox_of(request).reset()
    return Response(status_code=204)


SETTINGS = control_route("/settings", GET=_show, PATCH=_change)
REVOKE = control_route("/tokens/revoke", POST=_revoke)
RESET = control_route("/reset", POST=_reset)
