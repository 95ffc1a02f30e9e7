"""The server that a forked sync speaks to: the sandbox's own answers, damaged where a rule says so."""

import http.client
import json
import socket
import struct
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from integration_tests.matrix.faults import fault_named
from integration_tests.matrix.reply import Reply
from integration_tests.matrix.resources import RESOURCES, resource_of

# Taken before the clock of the process is made to jump over waits.
_sleep = time.sleep
_RESET = struct.pack("ii", 1, 0)
TOKEN_PATH = "/oauth/token"
_DRIPS = 40
# Between the sandbox's token and the number that makes it another one.
_NUMBER = "-number-"


@dataclass(frozen=True)
class Rule:
    """The first `times` requests (None: all) for each of `paths` meet the fault.

    One that `spreads` is met by the first `times` requests for anything, beginning with the first for one of `paths`.
    """

    fault: str
    paths: frozenset[str]
    times: int | None = None
    spreads: bool = False


@dataclass
class Server:
    """Answers from `known`, asks the sandbox for what is not there, and applies `rules`."""

    sandbox: tuple[str, int]
    known: dict[str, Reply] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    # After how many requests each token is no longer taken (None: never).
    token_lasts: int | None = None
    origin: str = ""
    elsewhere: str = ""

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._uses: Counter[str] = Counter()
        self._spread: Counter[Rule] = Counter()
        self._revoked_tokens = 0
        self.asked: Counter[str] = Counter()
        self.asked_elsewhere: list[str] = []

    @property
    def token(self) -> str | None:
        """The token of the sandbox, which the tokens that are given out begin with; None before one was asked for."""
        reply = self.known.get(TOKEN_PATH)
        return None if reply is None else str(json.loads(reply.body)["access_token"])

    def serve(self, listener: socket.socket, *, foreign: bool = False) -> None:
        """Accept connections in a thread, for ever; a `foreign` listener stands for somebody else's host."""
        # It may have been shut down by another process that shares it.
        listener.listen(128)
        threading.Thread(target=self._accept, args=(listener, foreign), daemon=True).start()

    def _accept(self, listener: socket.socket, foreign: bool) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                # Shut down, to refuse connections.
                return
            threading.Thread(target=self._converse, args=(connection, listener, foreign), daemon=True).start()

    def _converse(self, connection: socket.socket, listener: socket.socket, foreign: bool) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            with connection, connection.makefile("rb") as stream:
                while request := _read(stream):
                    method, target, headers, body = request
                    if foreign:
                        self.asked_elsewhere.append(f"{method} {target} {sorted(headers)}")
                    reply = self._reply(method, target, headers, body)
                    if reply.refuses_s:
                        threading.Thread(target=self._refuse, args=(listener, reply.refuses_s), daemon=True).start()
                    if not _send(connection, reply):
                        return
        except OSError:
            return

    def _refuse(self, listener: socket.socket, seconds: float) -> None:
        with suppress(OSError):
            # It may refuse already.
            listener.shutdown(socket.SHUT_RDWR)
        # The clock of the process, which jumps over what the source waits.
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            _sleep(0.002)
        self.serve(listener)

    def _reply(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Reply:
        path = _path(target).removeprefix("/moved")
        with self._lock:
            self.asked[f"{method} {path}"] += 1
        # A look-up by identity names the user in the body alone.
        key = path if b'"identity"' not in body else f"{path}#{json.loads(body)['identity']['value']}"
        reply = self.known.get(key)
        if reply is None:
            reply = self._from_sandbox(method, target, headers, body)
            with self._lock:
                self.known[key] = reply
        if target.startswith("/moved"):
            return reply
        if path == TOKEN_PATH:
            reply = self._another_token(reply)
        if self._has_expired(headers.get("authorization")):
            return Reply(401)
        rule = self._rule(key)
        if rule is None:
            return reply
        fault = fault_named(rule.fault)
        if fault.revokes:
            self._revoked_tokens = self.asked[f"POST {TOKEN_PATH}"]
        return self._placed(fault.damage(reply), target)

    def _another_token(self, reply: Reply) -> Reply:
        # As mParticle does: what is asked for because the last token was rejected is not that one again.
        content = json.loads(reply.body)
        number = self.asked[f"POST {TOKEN_PATH}"]
        return reply.with_json({**content, "access_token": f"{content['access_token']}{_NUMBER}{number}"})

    def _placed(self, reply: Reply, target: str) -> Reply:
        location = reply.headers.get("Location")
        if location is None:
            return reply
        places = {"{origin}": self.origin, "{elsewhere}": self.elsewhere, "{path}": target}
        for placeholder, value in places.items():
            location = location.replace(placeholder, value)
        return replace(reply, headers={**reply.headers, "Location": location})

    def _has_expired(self, token: str | None) -> bool:
        if token is None:
            return False
        number = token.rpartition(_NUMBER)[2]
        # A token endpoint that went wrong may have issued any text.
        if not number.isdecimal() or int(number) <= self._revoked_tokens:
            return True
        if self.token_lasts is None:
            return False
        with self._lock:
            self._uses[token] += 1
            return self._uses[token] > self.token_lasts

    def _rule(self, path: str) -> Rule | None:
        with self._lock:
            count = self._counts[path]
            self._counts[path] += 1
            for rule in self.rules:
                if self._is_met(rule, path, count):
                    return rule
        return None

    def _is_met(self, rule: Rule, path: str, count: int) -> bool:
        if rule.spreads:
            if not (path in rule.paths or self._spread[rule]):
                return False
            count = self._spread[rule]
            self._spread[rule] += 1
        elif path not in rule.paths:
            return False
        return rule.times is None or count < rule.times

    def _from_sandbox(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Reply:
        upstream = http.client.HTTPConnection(*self.sandbox)
        kept = {name: value for name, value in headers.items() if name in ("authorization", "content-type")}
        kept = {name: value.split(_NUMBER)[0] for name, value in kept.items()}
        upstream.request(method, target, body or None, kept)
        answer = upstream.getresponse()
        resource = resource_of(_path(target))
        reply = Reply(
            answer.status,
            {"Content-Type": answer.headers.get("Content-Type", "")},
            answer.read(),
            key=RESOURCES[resource].key if resource else None,
        )
        upstream.close()
        return reply


def _path(target: str) -> str:
    return target.partition("?")[0]


def _read(stream: Any) -> tuple[str, str, dict[str, str], bytes] | None:
    line = stream.readline().decode("latin-1").split()
    if len(line) < 3:
        return None
    headers = {}
    while (text := stream.readline().decode("latin-1").strip()) != "":
        name, _, value = text.partition(":")
        headers[name.lower()] = value.strip()
    return line[0], line[1], headers, stream.read(int(headers.get("content-length", 0)))


def _send(connection: socket.socket, reply: Reply) -> bool:
    """Send the answer; False when the connection is over."""
    _sleep(reply.wait_s)
    if reply.raw is not None:
        connection.sendall(reply.raw)
    elif reply.status:
        length = len(reply.body) if reply.length is None else reply.length
        headers = {"Content-Length": str(length), **reply.headers}
        head = f"HTTP/1.1 {reply.status} X\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        connection.sendall(head.encode("latin-1") + b"\r\n" + (b"" if reply.drip_s else reply.body))
        size = -(-len(reply.body) // _DRIPS) or 1
        for at in range(0, len(reply.body) if reply.drip_s else 0, size):
            connection.sendall(reply.body[at : at + size])
            _sleep(reply.drip_s)
    if reply.end == "hold":
        connection.recv(1)
    if reply.end == "reset":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    return reply.end == "keep"
