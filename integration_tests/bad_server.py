"""A server that takes connections and speaks no HTTP on them."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

Behaviour = Callable[[socket.socket, Event], None]


def silent(connection: socket.socket, over: Event) -> None:
    """Take the request and say nothing."""
    over.wait()


def drips_its_head(connection: socket.socket, over: Event) -> None:
    """Send a byte of the head now and then, so that no time-out of a socket ever comes."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not over.wait(0.3):
        connection.sendall(b"a")


def closes_at_once(connection: socket.socket, over: Event) -> None:
    """Hang up."""


@contextmanager
def running(behaviour: Behaviour) -> Iterator[str]:
    """The address of a server that behaves so."""
    over = Event()

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            behaviour(connection, over)

    def listen(listener: socket.socket) -> None:
        with suppress(OSError):
            while not over.is_set():
                connection, _ = listener.accept()
                Thread(target=serve, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        Thread(target=listen, args=(listener,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            over.set()
            # Closing alone does not wake a thread that waits for a connection.
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            time.sleep(0.1)
