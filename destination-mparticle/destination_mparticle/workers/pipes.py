"""What goes through a pipe: a length of eight bytes, and so many bytes."""

import os
import select
import time
from collections.abc import Sequence
from typing import Final

import msgspec

from destination_mparticle.pipeline.ahead import PreparedAhead

_LENGTH_BYTES: Final = 8

_READ_BYTES: Final = 1 << 20
"""What is read at a time, since so much memory is taken before anything has come."""


class LineResult(msgspec.Struct, array_like=True, gc=False):
    """What is prepared of a line, and the number of its stream. None is for a line that is left to its reader."""

    stream: int
    prepared: PreparedAhead | None


encode: Final = msgspec.msgpack.Encoder().encode
decode_lines: Final = msgspec.msgpack.Decoder(list[bytes]).decode
decode_results: Final = msgspec.msgpack.Decoder(list[LineResult]).decode


def pipe_bytes(size: int, page_bytes: int) -> int:
    """Return how much of a pipe a content of this size may take: whole pages, which no other content shares."""
    return -(-(size + _LENGTH_BYTES) // page_bytes) * page_bytes


def send(descriptor: int, content: bytes, seconds: float | None = None) -> None:
    """Write it all. Raises `OSError` where nobody reads, or not all of it in so many seconds.

    With a number of seconds, the descriptor must not block.
    """
    ends = _end(seconds)
    _wait((), (descriptor,), ends)
    rest: Sequence[bytes | memoryview] = (len(content).to_bytes(_LENGTH_BYTES, "big"), memoryview(content))
    written = os.writev(descriptor, rest) - _LENGTH_BYTES
    while written < len(content):
        _wait((), (descriptor,), ends)
        written += os.write(descriptor, memoryview(content)[written:])


def receive(descriptor: int, seconds: float | None = None) -> bytes | None:
    """Read what was written at once. None at the end, also where it comes too early.

    Raises `OSError` where not all of it comes in so many seconds.
    """
    ends = _end(seconds)
    length = _read(descriptor, _LENGTH_BYTES, ends)
    return None if length is None else _read(descriptor, int.from_bytes(length, "big"), ends)


def _end(seconds: float | None) -> float | None:
    return None if seconds is None else time.monotonic() + seconds


def _wait(readable: Sequence[int], writable: Sequence[int], ends: float | None) -> None:
    if ends is None:
        return
    if not any(select.select(readable, writable, (), max(0.0, ends - time.monotonic()))):
        raise TimeoutError


def _read(descriptor: int, size: int, ends: float | None) -> bytes | None:
    parts = []
    while size:
        _wait((descriptor,), (), ends)
        part = os.read(descriptor, min(size, _READ_BYTES))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
