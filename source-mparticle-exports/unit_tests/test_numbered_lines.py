import gzip
import io

import pytest

from source_mparticle_exports.lines import UnreadableFileError, decompressed, numbered_lines


def lines_of(content: bytes, longest: int = 100) -> list[tuple[int, bytes | None]]:
    return list(numbered_lines(decompressed(io.BytesIO(content)), longest))


def test_compression_is_seen_in_the_content() -> None:
    text = b"one\ntwo"
    expected = [(1, b"one\n"), (2, b"two")]
    assert lines_of(text) == expected
    assert lines_of(gzip.compress(text)) == expected


def test_files_that_were_joined_after_compression_are_read_whole() -> None:
    assert lines_of(gzip.compress(b"one\n") + gzip.compress(b"two\n")) == [(1, b"one\n"), (2, b"two\n")]


@pytest.mark.parametrize("content", [b"", gzip.compress(b"")], ids=["plain", "compressed"])
def test_an_empty_file_has_no_lines(content: bytes) -> None:
    assert lines_of(content) == []


def test_a_line_that_is_too_long_is_left_out_and_counted() -> None:
    content = b"a" * 10 + b"\n" + b"b" * 35 + b"\nshort\n" + b"c" * 11
    assert lines_of(content, longest=11) == [(1, b"a" * 10 + b"\n"), (2, None), (3, b"short\n"), (4, b"c" * 11)]


@pytest.mark.parametrize("damage", [lambda packed: packed[:-20], lambda packed: packed[:40] + b"x" * 40 + packed[80:]])
def test_damaged_compression_is_told_with_the_line(damage: object) -> None:
    packed = gzip.compress(b"".join(b"%d\n" % number**7 for number in range(5000)))
    with pytest.raises(UnreadableFileError, match=r"from line \d+ on"):
        lines_of(damage(packed))  # type: ignore[operator]


def test_closing_what_was_unpacked_closes_the_file() -> None:
    for content in (b"one", gzip.compress(b"one")):
        packed = io.BytesIO(content)
        with decompressed(packed) as opened:
            opened.read()
        assert packed.closed
