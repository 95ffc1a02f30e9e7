"""An nginx that answers 202 to everything: the cheapest server there is, so that what sends is what is measured.

It is the installed one, or one out of Debian's package, unpacked beside the other files of the benchmarks. It has a
configuration of its own, and all of its files in the folder that it is given.
"""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import final

from benchmarks.sections import FOLDER

_PACKAGES = ("nginx", "nginx-core", "nginx-light")
_START_SECONDS = 10.0
_MISSING = """There is no nginx to send to, and apt-get could not get one:
{reason}
Install it (apt-get install nginx, or brew install nginx), or put a binary of your own at {path}, and run this again."""

_CONFIGURATION = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log stderr crit;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    client_max_body_size 0;
    keepalive_requests 1000000000;
    keepalive_timeout 1h;
    default_type application/json;
    log_format sizes $content_length;
    server {{
        listen 127.0.0.1:{port};
        location / {{ return 202 '{{}}'; }}
    }}
    server {{
        listen 127.0.0.1:{recording_port};
        access_log {folder}/sizes.log sizes;
        location / {{ return 202 '{{}}'; }}
    }}
}}
"""


class SinkMissingError(RuntimeError):
    """There is no nginx. The message says how to get one."""


@final
class Sink:
    """Runs for as long as a `with` block lasts. What is sent to `recording_url` is also measured."""

    def __init__(self, folder: Path, nginx: Path) -> None:
        self._folder = folder
        self._nginx = nginx
        self._process: subprocess.Popen[bytes] | None = None
        self._port, self._recording_port = _free_port(), _free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self.recording_url = f"http://127.0.0.1:{self._recording_port}"

    def __enter__(self) -> "Sink":
        self._folder.mkdir(parents=True)
        file = self._folder / "nginx.conf"
        file.write_text(
            _CONFIGURATION.format(folder=self._folder, port=self._port, recording_port=self._recording_port)
        )
        self._process = subprocess.Popen(
            [self._nginx, "-e", "stderr", "-p", self._folder, "-c", file], stderr=subprocess.PIPE
        )
        try:
            self._wait_until_ready(self._process)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.communicate()

    @property
    def version(self) -> str:
        """The version of nginx."""
        said = subprocess.run([self._nginx, "-v"], capture_output=True, text=True, check=True).stderr
        return said.strip().rpartition("/")[2]

    def recorded(self) -> list[int]:
        """Return the bytes of each body that came to `recording_url` since this was last asked."""
        file = self._folder / "sizes.log"
        sizes = [int(line) for line in file.read_text().splitlines()]
        # nginx appends, so what it writes next is at the beginning again.
        os.truncate(file, 0)
        return sizes

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        ends = time.monotonic() + _START_SECONDS
        while time.monotonic() < ends:
            if process.poll() is not None:
                said = process.communicate()[1].decode(errors="replace")
                raise RuntimeError(f"nginx did not start: {said}")
            try:
                socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        raise RuntimeError("nginx did not start in time")


def find_nginx(folder: Path = FOLDER / "nginx", path: str | None = None) -> Path:
    """Return where an nginx is: on the `path`, or in `folder`, where it is unpacked if none is installed.

    Raises `SinkMissingError`.
    """
    # Servers are often where only root looks for programs.
    path = path or os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])
    unpacked = folder / "usr/sbin/nginx"
    installed = shutil.which("nginx", path=path)
    if installed:
        return Path(installed)
    if not unpacked.exists():
        _unpack(folder, unpacked, path)
    return unpacked


def _unpack(folder: Path, wanted: Path, path: str) -> None:
    """Unpack Debian's package, which needs no root."""
    folder.mkdir(parents=True, exist_ok=True)
    reason = "there is no apt-get and dpkg here"
    if shutil.which("apt-get", path=path) and shutil.which("dpkg", path=path):
        for package in _PACKAGES:
            got = subprocess.run(["apt-get", "download", package], cwd=folder, capture_output=True, text=True)  # noqa: PLW1510, S607 - Debian's own
            reason = got.stderr.strip() or f"{package} holds no nginx"
            for archive in folder.glob(f"{package}_*.deb"):
                subprocess.run(["dpkg", "-x", archive, folder], check=True)  # noqa: S607 - Debian's own
            if wanted.exists():
                return
    raise SinkMissingError(_MISSING.format(reason=reason, path=wanted))


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
