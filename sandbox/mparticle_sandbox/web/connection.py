"""Closing a client's TCP connection in the middle of a request."""

import asyncio
import socket
import struct

from starlette.types import Receive, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

_TRANSPORT = "mparticle_sandbox.transport"
# Linger for zero seconds: the kernel sends RST in place of an orderly FIN.
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class DroppableProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, with the connection available to the application through the ASGI state."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Remember the transport for every request of this connection."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, _TRANSPORT: transport}


async def drop_connection(scope: Scope, receive: Receive) -> None:
    """Reset the connection of a request that has no response yet, unless the client has closed it already.

    Returns once the server has noticed, because it sends a 500 for an application that sends nothing.
    """
    transport = _transport(scope)
    if transport.is_closing():
        return
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    transport.abort()
    await _until_disconnected(receive)


async def close_connection(scope: Scope, receive: Receive) -> None:
    """Close the connection after everything that was written is sent, like a server that stops halfway."""
    _transport(scope).close()
    await _until_disconnected(receive)


def is_gone(scope: Scope) -> bool:
    """Say whether the client has closed its connection."""
    return _transport(scope).is_closing()


def _transport(scope: Scope) -> asyncio.Transport:
    transport: asyncio.Transport = scope["state"][_TRANSPORT]
    return transport


async def _until_disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
