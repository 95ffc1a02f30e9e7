import pytest

from source_mparticle_exports.records.line import BrokenLineError, parse_line
from unit_tests.exports import EVENTS_FILE


@pytest.mark.parametrize("line", [b"", b"  \r\n", b"{}", b"\xef\xbb\xbf{}\n"])
def test_blank_lines_and_those_of_verification_files_hold_nothing(line: bytes) -> None:
    assert parse_line(line, EVENTS_FILE) is None


@pytest.mark.parametrize(
    "line",
    [
        b'{"events": [',
        b"secret",
        b"[]",
        b"12",
        b"null",
        b'{"a": "secret"}',
        b'{"events": 3}',
        b'{"events": [1]}',
        b'{"IsAddRequest": "maybe"}',
        b'{"mpid": "\xff"}',
    ],
)
def test_a_broken_line_is_refused_with_a_reason_that_holds_nothing_of_it(line: bytes) -> None:
    with pytest.raises(BrokenLineError) as refused:
        parse_line(line, EVENTS_FILE)
    assert "secret" not in str(refused.value)


def test_the_mark_at_the_start_of_a_file_does_not_break_its_first_line() -> None:
    assert parse_line(b'\xef\xbb\xbf{"mpid": 1}', EVENTS_FILE) is not None
