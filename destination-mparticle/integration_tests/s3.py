"""An S3 server for tests, and a way to it that fails when it is told to."""

import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import requests

BUCKET = "rejects"
Failure = Callable[[int], int | float | None]
"""Says for the nth upload, from 1: the status to answer with, or after how many seconds to go on (a float), or None."""


def storage(endpoint: Any, bucket: Any = BUCKET) -> Any:
    return {
        "storage_type": "S3",
        "access_key_id": "an-access-key",
        "secret_access_key": "secret-access-key",
        "s3_bucket_name": bucket,
        "s3_bucket_region": "us-east-1",
        "s3_endpoint": endpoint,
        "bucket_path": "mparticle/",
    }


@contextmanager
def s3_server() -> Iterator[tuple[str, Any]]:
    """Its address, and a client of the test's own. It has one bucket, which is empty."""
    # Not at the top: every worker imports that, and few run this.
    import boto3  # noqa: PLC0415
    from moto.server import ThreadedMotoServer  # noqa: PLC0415

    server = ThreadedMotoServer("127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    # All servers of a process share their buckets.
    requests.post(f"{endpoint}/moto-api/reset", timeout=10)
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="an-access-key",
        aws_secret_access_key="secret",
    )
    client.create_bucket(Bucket=BUCKET)
    yield endpoint, client
    server.stop()


@contextmanager
def failing(endpoint: str, failure: Failure) -> Iterator[str]:
    """The address of a server that passes every request on to another one, but for the uploads that are to fail."""
    uploads = iter(range(1, 1_000_000))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            outcome = failure(next(uploads)) if self.command == "PUT" else None
            if isinstance(outcome, float):
                time.sleep(outcome)
            if isinstance(outcome, int):
                self._respond(outcome, {}, b"")
                return
            connection = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=10)
            connection.request(self.command, self.path, body, dict(self.headers))
            response = connection.getresponse()
            self._respond(response.status, dict(response.headers), response.read())
            connection.close()

        def _respond(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                if name.lower() not in {"content-length", "transfer-encoding", "connection", "server", "date"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_PUT = do_HEAD = do_POST = do_DELETE = _pass_on  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
