"""An S3 server for tests, and a way to it that fails as it is told to."""

import http.client
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import urlsplit

import requests

BUCKET = "exports"
KEYS = {"access_key_id": "an-access-key", "secret_access_key": "a-secret-key"}


def s3_storage(endpoint: str, **changes: str) -> dict[str, Any]:
    return {"storage_type": "S3", "s3_bucket_name": BUCKET, "s3_endpoint": endpoint, **KEYS, **changes}


@contextmanager
def s3_server() -> Iterator[str]:
    """The address of a server with one bucket, which is empty. It believes every key."""
    # Not at the top: it takes a second, and few tests need it.
    from moto.server import ThreadedMotoServer  # noqa: PLC0415

    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    # All servers of a process share what they hold.
    requests.post(f"{endpoint}/moto-api/reset", timeout=10).raise_for_status()
    requests.put(f"{endpoint}/{BUCKET}", timeout=10).raise_for_status()
    try:
        yield endpoint
    finally:
        server.stop()


def put(endpoint: str, path: str, content: bytes) -> None:
    requests.put(f"{endpoint}/{BUCKET}/{path}", content, timeout=10).raise_for_status()


class Answer:
    """An answer on its way to the connector, which a failure may spoil."""

    def __init__(self, handler: BaseHTTPRequestHandler, response: http.client.HTTPResponse, over: Event) -> None:
        self._handler = handler
        self._response = response
        self.body = response.read()
        self.over = over

    def send(self, status: int | None = None, body: bytes | None = None) -> None:
        """Send all of it, or another status and body."""
        self.send_head(status, len(self.body if body is None else body))
        self.send_bytes(self.body if body is None else body)

    def send_head(self, status: int | None = None, length: int | None = None) -> None:
        self._handler.send_response(status or self._response.status)
        for name, value in self._response.getheaders():
            if name.lower() not in {"content-length", "transfer-encoding", "connection", "server", "date"}:
                self._handler.send_header(name, value)
        if self._handler.command == "HEAD":
            self._handler.send_header("Content-Length", self._response.getheader("Content-Length") or "0")
        else:
            self._handler.send_header("Content-Length", str(len(self.body) if length is None else length))
        self._handler.end_headers()

    def send_bytes(self, content: bytes) -> None:
        if self._handler.command != "HEAD":
            self._handler.wfile.write(content)
            self._handler.wfile.flush()

    def send_raw(self, content: bytes) -> None:
        self._handler.wfile.write(content)
        self._handler.wfile.flush()


Failure = Callable[[Answer], None]


def silent(answer: Answer) -> None:
    """Say nothing."""
    answer.over.wait()


def drips_its_head(answer: Answer) -> None:
    """Send a byte of the head now and then, so that no limit of silence is ever reached."""
    answer.send_raw(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not answer.over.wait(0.2):
        answer.send_raw(b"a")


def drips_its_body(answer: Answer) -> None:
    """Send a byte of the body now and then."""
    answer.send_head()
    for byte in answer.body:
        answer.send_bytes(bytes([byte]))
        if answer.over.wait(0.2):
            return


def stops_in_the_middle(answer: Answer) -> None:
    """Send half, then nothing, and keep the connection."""
    answer.send_head()
    answer.send_bytes(answer.body[: len(answer.body) // 2])
    answer.over.wait()


def cuts_the_connection(answer: Answer) -> None:
    """Send half, and hang up."""
    answer.send_head()
    answer.send_bytes(answer.body[: len(answer.body) // 2])


def sends_half_as_all(answer: Answer) -> None:
    """Send half, with a head that says it is all."""
    answer.send(body=answer.body[: len(answer.body) // 2])


def fails_with(status: int) -> Failure:
    def failure(answer: Answer) -> None:
        answer.send(status, b"")

    return failure


def is_listing(command: str, path: str) -> bool:
    return command == "GET" and "list-type" in path


def is_file(command: str, path: str) -> bool:
    return command == "GET" and "list-type" not in path


@contextmanager
def failing(endpoint: str, failure: Failure, fails: Callable[[str, str], bool] = is_file) -> Iterator[str]:
    """The address of a server that passes all on to another, but for the answers that are to fail."""
    over = Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            connection = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=10)
            connection.request(self.command, self.path, headers=dict(self.headers))
            answer = Answer(self, connection.getresponse(), over)
            connection.close()
            with suppress(OSError):
                failure(answer) if fails(self.command, self.path) else answer.send()

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def after(count: int, fails: Callable[[str, str], bool]) -> Callable[[str, str], bool]:
    """Fail after so many answers of a kind."""
    seen = [0]

    def check(command: str, path: str) -> bool:
        seen[0] += fails(command, path)
        return fails(command, path) and seen[0] > count

    return check
