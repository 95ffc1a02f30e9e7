"""A bucket on this machine: moto's S3 server, in a process of its own."""

import socket
import subprocess
import sys
import time
from types import TracebackType
from typing import Any, Final

import fsspec

NAME: Final = "exports"
CREDENTIAL: Final = "benchmark"
"""Key and secret: moto takes any."""
_START_SECONDS: Final = 30.0


class Bucket:
    """A server with one empty bucket, until its block ends."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.endpoint = f"http://127.0.0.1:{port}"
        self._server = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "moto.server", "-p", str(port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _wait(port, self._server)
        self._files: Any = fsspec.filesystem("s3", **self.file_system, skip_instance_cache=True)
        self._files.mkdir(NAME)

    def __enter__(self) -> "Bucket":  # noqa: PYI034 - Python 3.10 has no Self
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.kill()
        self._server.wait()

    @property
    def file_system(self) -> dict[str, Any]:
        """The options with which fsspec opens it."""
        return {"key": CREDENTIAL, "secret": CREDENTIAL, "endpoint_url": self.endpoint}

    def write(self, path: str, content: bytes) -> None:
        """Write an object."""
        self._files.pipe_file(f"{NAME}/{path}", content)


def _wait(port: int, server: "subprocess.Popen[bytes]") -> None:
    """Return once the server listens. Raises OSError if it does not, and leaves no server behind."""
    until = time.monotonic() + _START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > until:
                server.kill()
                raise
            time.sleep(0.1)
        else:
            return
