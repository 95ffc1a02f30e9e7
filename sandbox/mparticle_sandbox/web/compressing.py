"""Answers in gzip, which the sandbox can vary because mParticle says nothing about it."""

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from mparticle_sandbox.state import Sandbox
from mparticle_sandbox.web.recording import is_control


class CompressAnswers:
    """Compresses the APIs' answers to clients that take gzip, while the sandbox is set to."""

    def __init__(self, app: ASGIApp, sandbox: Sandbox) -> None:
        self._app = app
        self._compressed = GZipMiddleware(app, minimum_size=1)
        self._sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        is_set = self._sandbox.settings.compress and scope["type"] == "http" and not is_control(scope["path"])
        await (self._compressed if is_set else self._app)(scope, receive, send)
