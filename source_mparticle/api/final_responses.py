"""Passes over interim responses, such as 103 Early Hints, which Python's HTTP client takes for final ones."""

import http.client

import requests
import urllib3

_INTERIM = range(100, 200)
# The one that no other follows.
_SWITCHING_PROTOCOLS = 101
# More of them would keep a request busy for ever.
_MOST_INTERIM = 10


class FinalResponsesAdapter(requests.adapters.HTTPAdapter):
    """An adapter for `requests` whose responses are final."""

    def init_poolmanager(self, *args: object, **options: object) -> None:
        """Use connections that wait for the final response."""
        super().init_poolmanager(*args, **options)  # type: ignore[arg-type]
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _EncryptedPool}


class _Response(http.client.HTTPResponse):
    def begin(self) -> None:
        super().begin()
        for _ in range(_MOST_INTERIM):
            if self.status not in _INTERIM or self.status == _SWITCHING_PROTOCOLS:
                return
            # What makes the next call read another head.
            self.headers = self.msg = None  # type: ignore[assignment]
            super().begin()
        raise http.client.HTTPException("too many interim responses")


class _Connection(urllib3.connection.HTTPConnection):
    response_class = _Response


class _EncryptedConnection(urllib3.connection.HTTPSConnection):
    response_class = _Response


class _Pool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Connection


class _EncryptedPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _EncryptedConnection
