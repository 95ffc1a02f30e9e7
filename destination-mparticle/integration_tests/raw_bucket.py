"""A server that stands in for a bucket and answers requests byte by byte, as no bucket does."""

import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

Answer = Callable[[Callable[[bytes], object]], None]
"""Answers one request with the function that sends bytes. The connection ends with it."""


def response(status: int, body: bytes = b"", *headers: bytes) -> Answer:
    def answer(send: Callable[[bytes], object]) -> None:
        head = [b"HTTP/1.1 %d X" % status, b"Content-Length: %d" % len(body), *headers]
        send(b"\r\n".join(head) + b"\r\n\r\n" + body)

    return answer


def dripping(begin: bytes) -> Answer:
    """Sends one byte after the other, so often that no wait for the next one is long."""

    def answer(send: Callable[[bytes], object]) -> None:
        send(begin)
        while True:
            send(b"a")
            time.sleep(0.1)

    return answer


def flooding(send: Callable[[bytes], object]) -> None:
    """Sends far more than is read, but not more than the memory of a machine holds."""
    send(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(100):
        send(b" " * 1_000_000)


@dataclass
class RawBucket:
    """What became of the requests. `sent` is in bytes."""

    url: str = ""
    requests: int = 0
    sent: int = 0
    ended: threading.Event = field(default_factory=threading.Event)


@contextmanager
def raw_bucket(answer: Answer | None) -> Iterator[RawBucket]:
    """Without an answer, it is silent: it does not even say whether it takes an upload."""
    bucket = RawBucket()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            length = 0
            while (line := self.rfile.readline().strip()) != b"":
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            bucket.requests += 1
            if answer is None:
                bucket.ended.wait()
                return
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n" * (length > 0))
            self.rfile.read(length)
            with suppress(OSError):
                answer(self._send)

        def _send(self, content: bytes) -> Any:
            if bucket.ended.is_set():
                raise OSError
            self.wfile.write(content)
            bucket.sent += len(content)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        bucket.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield bucket
        finally:
            bucket.ended.set()
            server.shutdown()
            thread.join()
