"""What goes through a pipe: a length of eight bytes, and so many bytes."""

import os
from collections.abc import Sequence
from typing import Final

import msgspec

from destination_mparticle.pipeline.ahead import PreparedAhead

_LENGTH_BYTES: Final = 8


class LineResult(msgspec.Struct, array_like=True, gc=False):
    """What is prepared of a line, and the number of its stream. None is for a line that is left to its reader."""

    stream: int
    prepared: PreparedAhead | None


encode: Final = msgspec.msgpack.Encoder().encode
decode_lines: Final = msgspec.msgpack.Decoder(list[bytes]).decode
decode_results: Final = msgspec.msgpack.Decoder(list[LineResult]).decode


def send(descriptor: int, content: bytes) -> None:
    """Write it all. Raises `OSError` where nobody reads."""
    rest: Sequence[bytes | memoryview] = (len(content).to_bytes(_LENGTH_BYTES, "big"), memoryview(content))
    written = os.writev(descriptor, rest) - _LENGTH_BYTES
    while written < len(content):
        written += os.write(descriptor, memoryview(content)[written:])


def receive(descriptor: int) -> bytes | None:
    """Read what was written at once. None at the end, also where it comes too early."""
    length = _read(descriptor, _LENGTH_BYTES)
    return None if length is None else _read(descriptor, int.from_bytes(length, "big"))


def _read(descriptor: int, size: int) -> bytes | None:
    parts = []
    while size:
        part = os.read(descriptor, size)
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
