"""Counting every request but those of the control API."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mparticle_sandbox.state import Sandbox

CONTROL_PREFIX = "/_sandbox"


class RecordRequests:
    """Adds each request to the sandbox's log, and its status once the answer starts."""

    def __init__(self, app: ASGIApp, sandbox: Sandbox) -> None:
        self._app = app
        self._sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or is_control(scope["path"]):
            await self._app(scope, receive, send)
            return
        query = scope["query_string"].decode("latin-1")
        at_ms = int(self._sandbox.clock() * 1000)
        entry = self._sandbox.requests.add(scope["method"], scope["path"], query, at_ms)

        async def note_status(message: Message) -> None:
            if message["type"] == "http.response.start":
                entry.status = message["status"]
            await send(message)

        await self._app(scope, receive, note_status)


def is_control(path: str) -> bool:
    """Say whether a path belongs to the control API, which is neither recorded nor disturbed."""
    return path == CONTROL_PREFIX or path.startswith(f"{CONTROL_PREFIX}/")
