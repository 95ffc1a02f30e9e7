"""Blocks of any size become the lines that were written."""

import os
from itertools import chain
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from destination_mparticle.line_splitter import LineSplitter
from destination_mparticle.protocol.messages import Record, read_messages
from destination_mparticle.protocol.stdin import InputLines
from destination_mparticle.shutdown import Shutdown

BLOCK_BYTES = 1 << 20
RECORD = b'{"type":"RECORD","record":{"stream":"s","data":{"n":%d}}}'


def read(content: bytes) -> list[bytes]:
    """The lines of what comes through a pipe."""
    reading, writing = os.pipe()

    def write() -> None:
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(content)

    writer = Thread(target=write)
    writer.start()
    try:
        return [*chain.from_iterable(InputLines(reading, Shutdown()).blocks())]
    finally:
        writer.join()
        os.close(reading)


def written(content: bytes) -> list[bytes]:
    """The lines of a content, an unfinished last one among them."""
    *ended, rest = content.split(b"\n")
    return [*ended, rest] if rest else ended


@given(
    lines=st.lists(
        st.sampled_from([b"", b"a", b"\r", b"\xef\xbb\xbf{}", b"\xff", b"abcdef", b"\x0b\x0c\x85"]), max_size=9
    ),
    is_ended=st.booleans(),
    sizes=st.lists(st.integers(1, 9), min_size=1, max_size=9),
)
def test_wherever_blocks_end_the_lines_are_the_same(lines: list[bytes], is_ended: bool, sizes: list[int]) -> None:
    content = b"\n".join(lines) + b"\n" * is_ended
    splitter, found, position = LineSplitter(), [], 0
    while position < len(content):
        size = sizes[position % len(sizes)]
        found += splitter.ended_by(content[position : position + size])
        position += size
        rest = content[:position].rpartition(b"\n")[2]
        assert splitter.begun_bytes == len(rest)
    assert found + splitter.rest() == written(content)


@pytest.mark.parametrize("more", [-2, -1, 0, 1, 2])
@pytest.mark.parametrize("end", [b"", b"\n", b"\n\n", b"\r\n"])
def test_lines_that_end_near_the_border_of_a_block_are_whole(more: int, end: bytes) -> None:
    content = b"x" * (BLOCK_BYTES + more) + b"\n" + b"y" * (2 * BLOCK_BYTES) + end
    assert read(content) == written(content)


@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\n\n", b"\n \t\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_records_are_read_whatever_is_between_their_lines(ends: bytes, mark: bytes) -> None:
    content = mark + ends.join(RECORD % number for number in range(5))
    found = [message.data for message in read_messages(read(content)) if isinstance(message, Record)]
    assert found == [{"n": number} for number in range(5)]
