"""Responses that arrive too slowly or are cut off."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mparticle_sandbox.web.connection import close_connection, is_gone


class DamagedResponse:
    """Sends the response of `app` one byte every `drip_ms`, or with `truncate` only the first half.

    The headers are those of the whole response, so the client knows how much there should be.
    """

    def __init__(self, app: ASGIApp, drip_ms: int, *, truncate: bool) -> None:
        self._app = app
        self._drip_ms = drip_ms
        self._truncate = truncate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        start, body = await self._whole_response(scope, receive)
        await send(start)
        is_cut = self._truncate and body != b""
        await self._send_bytes(body[: len(body) // 2] if is_cut else body, scope, send)
        if is_cut:
            await close_connection(scope, receive)
        else:
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _whole_response(self, scope: Scope, receive: Receive) -> tuple[Message, bytes]:
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self._app(scope, receive, keep)
        return messages[0], b"".join(message.get("body", b"") for message in messages[1:])

    async def _send_bytes(self, body: bytes, scope: Scope, send: Send) -> None:
        size = 1 if self._drip_ms else max(len(body), 1)
        for at in range(0, len(body), size):
            await asyncio.sleep(self._drip_ms / 1000)
            if is_gone(scope):
                return
            await send({"type": "http.response.body", "body": body[at : at + size], "more_body": True})
