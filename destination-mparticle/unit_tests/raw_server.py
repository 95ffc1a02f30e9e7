"""A server that answers with bytes, whether they are HTTP or not."""

import contextlib
import itertools
import socket
import threading
import time
from collections.abc import Iterable, Iterator


@contextlib.contextmanager
def server(*pieces: bytes, pause: float = 0.0) -> Iterator[str]:
    """Answers each connection with the pieces, one after the other."""
    with _serve(itertools.repeat(pieces), [], pause) as url:
        yield url


@contextlib.contextmanager
def recording_server(*answers: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """Answers one connection after the other, the last answer being that to all others. The list is what they sent."""
    received: list[bytes] = []
    in_turn = ((answer,) for answer in itertools.chain(answers, itertools.repeat(answers[-1])))
    with _serve(in_turn, received, 0.0) as url:
        yield url, received


@contextlib.contextmanager
def _serve(answers: Iterable[tuple[bytes, ...]], received: list[bytes], pause: float) -> Iterator[str]:
    def serve() -> None:
        with contextlib.suppress(OSError):
            for pieces in answers:
                connection, _ = listener.accept()
                with connection, contextlib.suppress(OSError):
                    received.append(connection.recv(65_536))
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
