"""Helper: requests that no client should send, sent as bytes."""

import base64
import socket
from http.client import HTTPResponse
from random import Random
from typing import Any, NamedTuple

from mparticle_sandbox import SandboxProcess

_TIMEOUT_S = 10
_MANY_DIGITS = b"9" * 5000
_DEEP = 3000

METHODS = (b"GET", b"HEAD", b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS", b"TRACE", b"A", b"post")
NUMBERS = (b"0", b"00", b"1201", b"5318", b"9" * 30, _MANY_DIGITS, b"-1", b"1.0", b"x", b"%00", b"%D9%A1")
NAMES = (b"x", b"%2F", b"%FF", b"%ff%fe", b"..", b"%00", b"%", b"\xe9", b"-5", _MANY_DIGITS, b"a" * 9000, b"1201", b"*")
QUERIES = (
    b"accountId=1201", b"accountId=1201", b"accountId=" + _MANY_DIGITS, b"accountId=%FF", b"accountId=\xe9",
    b"accountId=1201&accountId=x", b"accountId", b"&&==", b"fields=%00", b"fields=,", b"fields=user_attributes",
    b"limit=" + _MANY_DIGITS, b"limit=-1&offset=1e5", b"offset=%D9%A1", b"name=" + b"a" * 9000, b"name=%ED%A0%80", b"%",
)  # fmt: skip
BODIES = (
    b"", b"null", b"[]", b"{}", b"[{}]", b"0", b'""', b"true", b"[null]", b"[[]]", b'{"": {}}', b"{", b"\x00",
    b"\xff\xfe", "{}".encode("utf-16"), b"\xef\xbb\xbf{}", b"NaN", b"[NaN]", b"1e999", b"[1e999]", _MANY_DIGITS, b"-",
    b'"\\ud800"', b'{"name": "\\ud800"}', b'{"a": 1, "a": 2}', b"[" * 100_000, b'{"a":' * 10_000,
    b"[" * _DEEP + b"]" * _DEEP, b'{"k":' * 300 + b"1" + b"}" * 300, b"\x1f\x8b\x08\x00", b"a" * 300_000,
    b"client_id=%FF&grant_type", b"&" * 5000, b"--x\r\n\r\n--x--",
    b'{"context": {"x": ' + b"[" * 300 + b"]" * 300 + b"}}",
    b'[{"user_identities": {"email": "\\ud800"}, "mpid": 1e999}]',
    b'{"client_id": [], "client_secret": {}, "audience": 1, "grant_type": null}',
    b'{"name": ' + _MANY_DIGITS + b"}", b'{"name": "' + b"a" * 100_000 + b'"}',
    b'{"environment_type": [], "identity": {"type": {}, "value": []}}',
    b'[{"environment_type": [], "action": {}, "mpid": 1e5}]',
    b'[{"environment_type": "production", "action": "delete", "identities": {"email": "\\udfff"}}]',
)  # fmt: skip
HEADERS = (
    b"", b"Accept-Encoding: gzip;q=x", b"Content-Encoding: gzip", b"Expect: 100-continue", b"Range: bytes=9-1",
    b"Content-Type: application/x-www-form-urlencoded; charset=none", b"Content-Type: \xff", b"X: " + b"a" * 30_000,
    b"Content-Type: multipart/form-data", b"Accept: */*;q=x", b"If-None-Match: *", b"Cookie: \xff=;;", b"Origin: null",
)  # fmt: skip
HOSTS = (b"localhost", b"[::1", b"]", b"", b"a b", b"\xff", b"x:99999999", b"@", b"[v1.x]")
AUTHORIZATIONS = (b"", b"Basic", b"Basic !", b"Basic /w==", b"Basic Og==", b"Bearer", b"Bearer \xff", b"Digest x=\xe9")


class Reply(NamedTuple):
    """What came back: the status, and the body."""

    status: int
    body: bytes


def credentials(sandbox: SandboxProcess, token: str) -> tuple[bytes, bytes]:
    """The two headers that are accepted."""
    pair = base64.b64encode(f"{sandbox.api_key}:{sandbox.api_secret}".encode())
    return f"Bearer {token}".encode(), b"Basic " + pair


def odd_request(random: Random, path: str, item: dict[str, Any], accepted: tuple[bytes, ...]) -> bytes:
    """A request to a path and its description, with something odd at random places.

    The method mostly is one that the path has, and the credentials mostly are among those that are `accepted`.
    """
    described = [name.upper().encode() for name in item if name != "parameters"]
    method = random.choice(described if random.random() < 0.6 else METHODS)
    target = path.encode()
    for each in item.get("parameters", []):
        values = NUMBERS if each["schema"]["type"] == "integer" else NAMES
        target = target.replace(f"{{{each['name']}}}".encode(), random.choice(values))
    if random.random() < 0.7:
        target += b"?" + random.choice(QUERIES)
    body = random.choice(BODIES)
    allowed = random.choice(accepted) if random.random() < 0.8 else random.choice(AUTHORIZATIONS)
    host = random.choice(HOSTS) if random.random() < 0.3 else b"localhost"
    lines = [method + b" " + target + b" HTTP/1.1", b"Host: " + host, b"Authorization: " + allowed]
    lines += [b"Content-Length: %d" % len(body), b"Connection: close", random.choice(HEADERS)]
    return b"\r\n".join(line for line in lines if line) + b"\r\n\r\n" + body


def exchange(sandbox: SandboxProcess, request: bytes) -> Reply:
    """Send the bytes and read the response. Raise TimeoutError where none comes.

    A server that responds before it has read a large body, and closes, can reset the connection: the status is then 0.
    """
    host, port = sandbox.url.removeprefix("http://").split(":")
    with (
        socket.create_connection((host, int(port)), timeout=_TIMEOUT_S) as connection,
        HTTPResponse(connection, method=request.split(b" ", 1)[0].decode()) as response,
    ):
        try:
            connection.sendall(request)
            response.begin()
            return Reply(response.status, response.read())
        except (ConnectionResetError, BrokenPipeError):
            return Reply(0, b"")
