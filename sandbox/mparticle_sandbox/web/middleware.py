"""What every request but those of the control API passes: the request log, and compression."""

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mparticle_sandbox.state import Sandbox

CONTROL_PREFIX = "/_sandbox"
DESCRIPTION_PATH = "/openapi.json"


class LogRequests:
    """Adds each request to the sandbox's log, and its status once the response starts."""

    def __init__(self, app: ASGIApp, sandbox: Sandbox) -> None:
        self._app = app
        self._sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or is_control_path(scope["path"]):
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


class CompressResponses:
    """Compresses responses to clients that accept gzip, while the setting `compress` is on."""

    def __init__(self, app: ASGIApp, sandbox: Sandbox) -> None:
        self._app = app
        self._compressed = GZipMiddleware(app, minimum_size=1)
        self._sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        is_set = self._sandbox.settings.compress and scope["type"] == "http" and not is_control_path(scope["path"])
        await (self._compressed if is_set else self._app)(scope, receive, send)


def is_control_path(path: str) -> bool:
    """Say whether a path is the sandbox's own, not mParticle's: such are neither logged nor subject to faults."""
    return path in (CONTROL_PREFIX, DESCRIPTION_PATH) or path.startswith(f"{CONTROL_PREFIX}/")
