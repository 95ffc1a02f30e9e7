"""Read the lines of a file, whether it is compressed or not."""

import gzip
import io
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, Final, cast

_GZIP: Final = b"\x1f\x8b"
_BUFFER_BYTES: Final = 1024 * 1024

# mParticle takes batches of 128 kB; what is longer by far is not one, and is not held in memory to find out.
LONGEST_LINE_BYTES: Final = 64 * 1024 * 1024


class UnreadableFileError(Exception):
    """The rest of a file cannot be read. The text says from which line on."""


def decompressed(file: Any) -> BinaryIO:
    """Return what a file holds, unpacked if its first bytes are those of gzip. The name says nothing about it."""
    plain = io.BufferedReader(file, _BUFFER_BYTES)
    if plain.peek(len(_GZIP))[: len(_GZIP)] != _GZIP:
        return plain
    return cast("BinaryIO", io.BufferedReader(_OwningGzip(plain), _BUFFER_BYTES))


def numbered_lines(file: BinaryIO, longest: int = LONGEST_LINE_BYTES) -> Iterator[tuple[int, bytes | None]]:
    """Return the lines with their numbers, from 1. A line longer than `longest` bytes is None.

    Raises `UnreadableFileError` where the compression is damaged or ends early.
    """
    number = 0
    while True:
        number += 1
        try:
            line = file.readline(longest + 1)
            is_too_long = len(line) > longest
            part = line
            while is_too_long and part and not part.endswith(b"\n"):
                part = file.readline(longest)
        except (EOFError, zlib.error, gzip.BadGzipFile) as damaged:
            kind = type(damaged).__name__
            raise UnreadableFileError(f"from line {number} on, its compression is damaged ({kind})") from damaged
        if not line:
            return
        yield number, None if is_too_long else line


class _OwningGzip(gzip.GzipFile):
    """A compressed file that closes the file that it unpacks."""

    def __init__(self, packed: io.BufferedReader) -> None:
        super().__init__(fileobj=packed)
        self._packed = packed

    def close(self) -> None:
        super().close()
        self._packed.close()
