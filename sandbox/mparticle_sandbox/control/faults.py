"""`/_sandbox/faults`: which requests go wrong, and how many did."""

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.control.routes import control_route, read_strict_json, unprocessable
from mparticle_sandbox.core.fault_rule import REQUIREMENTS, FaultRule, FaultRuleError, parse_rule, parse_rules
from mparticle_sandbox.web.json_schemas import dataclass_schema
from mparticle_sandbox.web.operation import Schema, describe
from mparticle_sandbox.web.responses import json_response
from mparticle_sandbox.web.routing import sandbox_of

# The types do not say which numbers and words are allowed; the sentences of the errors do.
_ABOUT: dict[str, Schema] = {name: {"description": requirement} for name, (requirement, _) in REQUIREMENTS.items()}
_RULE = dataclass_schema(FaultRule, _ABOUT)
_RULES: Schema = {"type": "array", "items": _RULE}
_NEW_RULE = {**dataclass_schema(FaultRule, _ABOUT, partial=True), "required": ["path"]}
_NEW_RULES: Schema = {"type": "array", "items": _NEW_RULE}


@describe("Return the fault rules.", {200: _RULES})
async def _list(request: Request) -> Response:
    return json_response([rule.as_json() for rule in sandbox_of(request).faults.rules])


@describe("Replace the fault rules.", {200: _RULES}, 400, 422, body=_NEW_RULES)
async def _replace(request: Request) -> Response:
    try:
        rules = parse_rules(await read_strict_json(request))
    except FaultRuleError as error:
        raise unprocessable(str(error)) from error
    sandbox_of(request).faults.replace(rules)
    return json_response([rule.as_json() for rule in rules])


@describe("Add a fault rule.", {201: _RULE}, 400, 422, body=_NEW_RULE)
async def _add(request: Request) -> Response:
    try:
        rule = parse_rule(await read_strict_json(request))
    except FaultRuleError as error:
        raise unprocessable(str(error)) from error
    sandbox_of(request).faults.add(rule)
    return json_response(rule.as_json(), 201)


@describe("Remove all fault rules.", {204: None})
async def _clear(request: Request) -> Response:
    sandbox_of(request).faults.replace([])
    return Response(status_code=204)


@describe(
    "Return how often each fault rule has fired, in order.", {200: {"type": "array", "items": {"type": "integer"}}}
)
async def _fired(request: Request) -> Response:
    return json_response(sandbox_of(request).faults.fired)


FIRED = control_route("/faults/fired", GET=_fired)
FAULTS = control_route("/faults", GET=_list, PUT=_replace, POST=_add, DELETE=_clear)
