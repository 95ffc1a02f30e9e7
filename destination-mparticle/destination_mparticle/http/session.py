"""Connections of `requests` that follow no redirect, and read the final response, but no longer than it may take."""

import io
import socket
import time
from collections.abc import Mapping
from http import HTTPStatus
from http.client import HTTPResponse
from threading import local
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

_INTERIM: Final = range(100, 200)

_exchange: Final = local()
"""`ends` is when the response to this thread's request must be complete, on the monotonic clock."""


def end_response_at(ends: float) -> None:
    """Let reading time out from then on, a time on the monotonic clock, for what this thread requests next."""
    _exchange.ends = ends


class Session(requests.Session):
    """A session that takes a redirect for what it is: `requests` itself reads its body to find out where it leads."""

    def __init__(self) -> None:
        super().__init__()
        self._environments: dict[str, dict[str, Any]] = {}
        for scheme in ("https://", "http://"):
            self.mount(scheme, _Adapter())

    def environment(self, url: str) -> Mapping[str, Any]:
        """Return what the environment says of proxies and certificates, as `send` takes it.

        It is asked once for each host. `requests` would ask for every request, which takes as long as a request.
        """
        host = urlsplit(url).netloc
        if host not in self._environments:
            self._environments[host] = {**self.merge_environment_settings(url, {}, None, None, None)}
        return self._environments[host]

    def get_redirect_target(self, _response: requests.Response) -> None:
        """Return nowhere: credentials stay with the host that they are for."""


class _Reader(io.RawIOBase):
    """Reads a socket. Its own timeout starts again with every byte, which may be one of an endless header."""

    def __init__(self, connection: socket.socket) -> None:
        super().__init__()
        self._connection = connection
        self._stream = connection.makefile("rb", buffering=0)
        self._timeout = connection.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left: float = _exchange.ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("the response does not end")
        self._connection.settimeout(left if self._timeout is None else min(left, self._timeout))
        return self._stream.readinto(buffer)

    def close(self) -> None:
        self._stream.close()
        super().close()


class _Response(HTTPResponse):
    """Reads status, headers and body through a reader that knows when to end."""

    def __init__(self, connection: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(connection, *args, **options)
        self.fp.close()
        self.fp = io.BufferedReader(_Reader(connection))

    def begin(self) -> None:
        """Pass over interim responses, such as 103 Early Hints, which Python's HTTP client takes for final ones."""
        super().begin()
        while self.status in _INTERIM and self.status != HTTPStatus.SWITCHING_PROTOCOLS:
            # What makes the next call read another head.
            self.headers = self.msg = None  # type: ignore[assignment]
            super().begin()


class _HttpConnection(HTTPConnection):
    response_class = _Response


class _HttpsConnection(HTTPSConnection):
    response_class = _Response


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


_POOLS: Final = {"http": _HttpPool, "https": _HttpsPool}


class _Adapter(HTTPAdapter):
    """Opens connections of these kinds, whether straight to a host or through a proxy."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
        manager = super().proxy_manager_for(*args, **options)
        manager.pool_classes_by_scheme = _POOLS
        return manager
