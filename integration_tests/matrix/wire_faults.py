"""Connections that break, and answers that are no HTTP."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from integration_tests.matrix.fault import FAILED, KEPT, KEPT_OR_FAILED, TRANSIENT, Fault, everywhere
from integration_tests.matrix.reply import Reply

NOTHING = Reply(status=0)


def wire_faults() -> Iterator[Fault]:
    """Resets, cuts, slowness."""
    for name, damage in {
        "reset": lambda _: replace(NOTHING, end="reset"),
        "closed without an answer": lambda _: replace(NOTHING, end="close"),
        "reset after the headers": lambda reply: replace(reply, body=b"", length=len(reply.body), end="reset"),
        "reset in the body": lambda reply: _cut(reply, "reset"),
        "body cut": lambda reply: _cut(reply, "close"),
        "chunked body cut": lambda reply: replace(reply, raw=_chunked(reply)[:-9], end="close"),
        "half a status line": lambda _: Reply(raw=b"HTTP/1.", end="close"),
    }.items():
        yield Fault(name, damage, everywhere(TRANSIENT), token=TRANSIENT)
    for name, raw in {
        "no HTTP": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        "a status line of words": b"HTTP/1.1 two hundred\r\n\r\n",
        "a header of a megabyte": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 2**20 + b"\r\n\r\n",
        "500 headers": b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 500 + b"\r\n",
        "chunks of no length": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n[]\r\n",
    }.items():
        yield Fault(name, _raw(raw), everywhere(FAILED), token=FAILED)
    for name, damage in {
        "silence": lambda _: replace(NOTHING, end="hold"),
        "silence in the headers": lambda _: Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Type: ", end="hold"),
        "silence in the body": lambda reply: _cut(reply, "hold"),
    }.items():
        yield Fault(name, damage, everywhere(TRANSIENT), token=TRANSIENT, hangs=True)
    yield from _odd_but_whole()
    yield from _of_wrong_length()


def _odd_but_whole() -> Iterator[Fault]:
    yield Fault("chunked", lambda reply: replace(reply, raw=_chunked(reply)), everywhere(KEPT), token=KEPT)
    yield Fault("slow headers", lambda reply: replace(reply, wait_s=0.2), everywhere(KEPT), token=KEPT)
    yield Fault("drip", lambda reply: replace(reply, drip_s=0.004), everywhere(KEPT), token=KEPT)
    yield Fault("closed after the answer", lambda reply: replace(reply, end="close"), everywhere(KEPT), token=KEPT)
    yield Fault(
        "no length", lambda reply: replace(reply, raw=_unmeasured(reply), end="close"), everywhere(KEPT), token=KEPT
    )


def _of_wrong_length() -> Iterator[Fault]:
    # What is cut off here cannot be told from the end: only the JSON itself can say that it is not whole.
    yield Fault(
        "no length and cut",
        lambda reply: replace(reply, raw=_unmeasured(reply)[:-20], end="close"),
        everywhere(FAILED),
        token=FAILED,
    )
    yield Fault("length too short", lambda reply: replace(reply, length=len(reply.body) - 2), everywhere(FAILED))
    yield Fault("102 first", _raw_before(b"HTTP/1.1 102 Processing\r\n\r\n"), everywhere(KEPT_OR_FAILED))


def _cut(reply: Reply, end: str) -> Reply:
    return replace(reply, body=reply.body[: len(reply.body) // 2], length=len(reply.body), end=end)


def _chunked(reply: Reply) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"%x\r\n%b\r\n0\r\n\r\n" % (len(reply.body), reply.body)


def _unmeasured(reply: Reply) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n" + reply.body


def _raw(raw: bytes) -> Callable[[Reply], Reply]:
    return lambda _: Reply(raw=raw, end="close")


def _raw_before(first: bytes) -> Callable[[Reply], Reply]:
    def damage(reply: Reply) -> Reply:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(reply.body)
        return replace(reply, raw=first + head + reply.body)

    return damage
