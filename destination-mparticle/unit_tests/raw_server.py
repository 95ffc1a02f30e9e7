"""A server that answers with bytes, whether they are HTTP or not."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator


@contextlib.contextmanager
def server(*pieces: bytes, pause: float = 0.0) -> Iterator[str]:
    """Answers each connection with the pieces, one after the other."""

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection, contextlib.suppress(OSError):
                    connection.recv(65_536)
                    for piece in pieces:
                        connection.sendall(piece)
                        time.sleep(pause)
                    # To close with a part of the request unread would reset the connection.
                    connection.shutdown(socket.SHUT_WR)
                    connection.settimeout(1.0)
                    while connection.recv(65_536):
                        pass

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v2"
        listener.shutdown(socket.SHUT_RDWR)
