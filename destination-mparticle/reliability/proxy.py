"""A way to the sandbox that can be closed: connections are refused for a while, or reset before a request is read."""

import socket
import struct
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import final

from reliability.service_faults import Outage

_RESET = struct.pack("ii", 1, 0)
_PIECE = 262_144


@final
class Proxy:
    """Passes bytes on to a port of this machine, for as long as a `with` block lasts.

    When a request begins and an outage is due, its connection is reset before any of it is passed on. Where the outage
    lasts, no other connection survives either, and new ones are refused until it is over.
    """

    def __init__(self, port: int, outages: Sequence[Outage]) -> None:
        self._target = ("127.0.0.1", port)
        self._outages = list(outages)
        self.fired: list[str] = []
        self._requests = 0
        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()
        self._is_over = False

    def __enter__(self) -> "Proxy":
        self._listener = _listening(0)
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self._lock:
            self._is_over = True
            _end(self._listener)
            self._reset_all()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(self._target)
                for end in (client, server):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with self._lock:
                    self._connections |= {client, server}
                for work in (self._pass_requests, self._pass_responses):
                    threading.Thread(target=work, args=(client, server), daemon=True).start()

    def _pass_requests(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while piece := client.recv(_PIECE):
                if piece.startswith(b"POST ") and (outage := self._due()) is not None:
                    self._strike(outage, client)
                    break
                server.sendall(piece)
        self._drop(client, server)

    def _pass_responses(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while piece := server.recv(_PIECE):
                client.sendall(piece)
            # The server has closed in its own way: a response that was cut off must not look like a reset.
            client.shutdown(socket.SHUT_WR)
            return
        self._drop(client, server)

    def _due(self) -> Outage | None:
        with self._lock:
            self._requests += 1
            if not self._outages or self._requests <= self._outages[0].after:
                return None
            outage = self._outages.pop(0)
            self.fired.append(outage.kind)
            return outage

    def _strike(self, outage: Outage, client: socket.socket) -> None:
        with self._lock:
            if not outage.refuses_for_ms:
                _reset(client)
                return
            _end(self._listener)
            self._reset_all()
        time.sleep(outage.refuses_for_ms / 1000)
        with self._lock:
            if not self._is_over:
                self._listener = _listening(self.port)
                threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def _reset_all(self) -> None:
        for connection in self._connections:
            _reset(connection)
        self._connections.clear()

    def _drop(self, *ends: socket.socket) -> None:
        with self._lock:
            for end in ends:
                self._connections.discard(end)
                _reset(end)


def _listening(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(128)
    return listener


def _reset(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        # Wakes whoever waits for it; closing alone does not.
        connection.shutdown(socket.SHUT_RD)
    connection.close()


def _end(listener: socket.socket) -> None:
    with suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
    listener.close()
