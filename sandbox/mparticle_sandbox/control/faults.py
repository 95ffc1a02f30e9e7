"""`/_sandbox/faults`: which requests go wrong, and how many did."""

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.control.routes import control_route, unprocessable
from mparticle_sandbox.core.fault_rule import FaultRuleError, parse_rule, parse_rules
from mparticle_sandbox.web.responses import json_response, read_json
from mparticle_sandbox.web.routing import sandbox_of


async def _list(request: Request) -> Response:
    return json_response([rule.as_json() for rule in sandbox_of(request).faults.rules])


async def _replace(request: Request) -> Response:
    try:
        rules = parse_rules(await read_json(request))
    except FaultRuleError as error:
        raise unprocessable(error) from error
    sandbox_of(request).faults.replace(rules)
    return json_response([rule.as_json() for rule in rules])


async def _add(request: Request) -> Response:
    try:
        rule = parse_rule(await read_json(request))
    except FaultRuleError as error:
        raise unprocessable(error) from error
    sandbox_of(request).faults.add(rule)
    return json_response(rule.as_json(), 201)


async def _clear(request: Request) -> Response:
    sandbox_of(request).faults.replace([])
    return Response(status_code=204)


async def _fired(request: Request) -> Response:
    return json_response(sandbox_of(request).faults.fired)


FIRED = control_route("/faults/fired", GET=_fired)
FAULTS = control_route("/faults", GET=_list, PUT=_replace, POST=_add, DELETE=_clear)
