"""Serving the application until a signal comes."""

import asyncio
import logging
import socket
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from mparticle_sandbox.web.connection import DroppableProtocol

# Longer than clients keep a connection, so that none finds it closed when it sends the next request.
_KEEP_ALIVE_S = 75
_GRACE_S = 0.4


class PortUnavailableError(Exception):
    """The address cannot be listened on; the message says so in one plain sentence."""


def bind(host: str, port: int) -> socket.socket:
    """Return a socket bound to the address; port 0 is any free port. Raise PortUnavailableError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's delay off only where the protocol is named; with it, each response on a kept connection
    # takes 40 ms longer.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortUnavailableError(
            f"Cannot listen on {host} port {port} ({error.strerror or error}): choose another --host or --port."
        ) from error
    return listener


def serve(app: ASGIApp, listener: socket.socket) -> None:
    """Serve on a bound socket, say so on stdout, and return after SIGINT or SIGTERM."""
    config = uvicorn.Config(
        app,
        http=DroppableProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
    )
    _Server(config).run(sockets=[listener])


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in sockets or ():
            print(f"mParticle sandbox listening on {_url(listener)}", flush=True)  # noqa: T201 - the ready line

    def handle_exit(self, _sig: int, _frame: FrameType | None) -> None:
        # uvicorn would raise the signal again at the end and leave with its status; stopping is not a failure here.
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        asyncio.get_running_loop().call_later(_GRACE_S, self._drop_open_connections)
        await super().shutdown(sockets)

    def _drop_open_connections(self) -> None:
        # What is cancelled from here on is not an error.
        logging.getLogger("uvicorn.error").disabled = True
        self.force_exit = True
        for connection in list(self.server_state.connections):
            connection.transport.abort()


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
