"""Applies the fault rules to requests."""

import asyncio
import json

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mparticle_sandbox.core.fault_rule import FaultRule
from mparticle_sandbox.state import Sandbox
from mparticle_sandbox.web.connection import drop_connection
from mparticle_sandbox.web.damaged_response import DamagedResponse
from mparticle_sandbox.web.middleware import is_control_path


class InjectFaults:
    """Applies the first fault rule that fires to a request, or serves it as usual."""

    def __init__(self, app: ASGIApp, sandbox: Sandbox) -> None:
        self._app = app
        self._sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        rule = None
        if scope["type"] == "http" and not is_control_path(scope["path"]):
            rule = self._sandbox.faults.decide(scope["method"], scope["path"])
        if rule is None:
            await self._app(scope, receive, send)
            return
        await asyncio.sleep(rule.latency_ms / 1000)
        if rule.reset or rule.accept_then_reset:
            await self._reset(rule, scope, receive)
        else:
            app = self._app if rule.status is None else _response(rule, rule.status)
            if rule.drip_ms or rule.truncate:
                app = DamagedResponse(app, rule.drip_ms, truncate=rule.truncate)
            await app(scope, receive, send)

    async def _reset(self, rule: FaultRule, scope: Scope, receive: Receive) -> None:
        # A client that is still sending would see a broken pipe in place of the reset.
        request = await _whole_request(receive)
        if rule.accept_then_reset:
            await self._app(scope, _replay(request, receive), _to_nobody)
        await drop_connection(scope, receive)


def _response(rule: FaultRule, status: int) -> Response:
    if rule.body is None:
        return Response(b"", status, rule.headers)
    if isinstance(rule.body, str):
        return Response(rule.body, status, rule.headers, media_type="text/plain")
    return Response(json.dumps(rule.body), status, rule.headers, media_type="application/json")


async def _whole_request(receive: Receive) -> list[Message]:
    messages = [await receive()]
    while messages[-1].get("more_body", False):
        messages.append(await receive())
    return messages


def _replay(messages: list[Message], receive: Receive) -> Receive:
    waiting = iter(messages)

    async def next_message() -> Message:
        return next(waiting, None) or await receive()

    return next_message


async def _to_nobody(_message: Message) -> None:
    """Take a part of a response that is never sent."""
