import pytest

from source_mparticle_exports.records.line import Batch, BrokenLineError, parse_line
from source_mparticle_exports.records.streams import STREAMS
from source_mparticle_exports.row_lines import row_lines
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
        b'{"events": [{"a": ' + b"[" * 300 + b"]" * 300 + b"}]}",
        b'{"mpid": ' + b"9" * 5000 + b"}",
        b'{"mpid": NaN, "batch_id": 18446744073709551617}',
        b'{"mpid": 1e999, "batch_id": ' + b"9" * 400 + b"}",
    ],
)
def test_a_broken_line_is_refused_with_a_reason_that_holds_nothing_of_it(line: bytes) -> None:
    with pytest.raises(BrokenLineError) as refused:
        parse_line(line, EVENTS_FILE)
    assert "secret" not in str(refused.value)


def test_the_mark_at_the_start_of_a_file_does_not_break_its_first_line() -> None:
    assert parse_line(b'\xef\xbb\xbf{"mpid": 1}', EVENTS_FILE) is not None


def test_integers_beyond_64_bits_are_exact() -> None:
    line = (
        b'{"mpid": 9999999999999999999999, "events": [{"data": {"custom_attributes": {"a": [18446744073709551617]}}}]}'
    )
    parsed = parse_line(line, EVENTS_FILE)
    assert isinstance(parsed, Batch)
    (row,) = STREAMS["events"].rows(parsed)
    assert row["mpid"] == "9999999999999999999999"
    assert row["custom_attributes"] == {"a": [18446744073709551617]}


@pytest.mark.parametrize("digits", [308, 309, 4000])
def test_integers_of_any_usual_length_are_read(digits: int) -> None:
    parsed = parse_line(b'{"mpid": ' + b"7" * digits + b"}", EVENTS_FILE)
    assert isinstance(parsed, Batch)
    (row,) = STREAMS["event_batches"].rows(parsed)
    assert row["mpid"] == "7" * digits


def test_a_value_may_be_nested_as_deep_as_rows_can_be_written() -> None:
    deep = b"[" * 200 + b"1" + b"]" * 200
    parsed = parse_line(b'{"events": [{"data": {"custom_attributes": {"a": ' + deep + b"}}}]}", EVENTS_FILE)
    assert isinstance(parsed, Batch)
    (row,) = STREAMS["events"].rows(parsed)
    assert next(row_lines("events", [row])).count == 1
