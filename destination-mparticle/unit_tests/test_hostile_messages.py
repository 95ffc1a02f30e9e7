"""A line of any content is read, skipped, or ends the sync with its number; nothing else can happen."""

import json
import os
import random
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from destination_mparticle.errors import UnrecoverableError
from destination_mparticle.protocol.messages import (
    Record,
    RecordAhead,
    State,
    read_messages,
    record_text,
    state_with_counts,
)
from destination_mparticle.protocol.stdin import MAX_LINE_BYTES, InputLines
from destination_mparticle.shutdown import Shutdown

from .hostile.lines import BROKEN, ODD_STATES, SECRET_WORD, SKIPPED, state_line
from .hostile.records import LARGE_ODDITIES, ODDITIES, record_line, row

GOOD = record_line(b'{"n":1}')


def read_line(line: bytes) -> Record | RecordAhead | State | None:
    """What a line holds. Anything but an `UnrecoverableError` is a crash."""
    return next(read_messages([line]), None)


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_line_that_is_no_message_is_named_by_its_number_and_not_repeated(broken: str) -> None:
    with pytest.raises(UnrecoverableError) as error:
        list(read_messages([GOOD, broken.encode()]))

    assert error.value.message.startswith("Input line 2 ")
    assert error.value.message.endswith("It came after record 1 of stream events.")
    assert SECRET_WORD not in error.value.message


def test_messages_that_are_not_for_a_destination_are_skipped() -> None:
    assert list(read_messages([text.encode() for text in SKIPPED.values()])) == []


@pytest.mark.parametrize("text", ODD_STATES.values(), ids=ODD_STATES)
def test_a_state_of_any_shape_is_confirmed(text: str) -> None:
    read = read_line(state_line(text))

    assert isinstance(read, State)
    assert b'"recordCount":3.0,"rejectedRecordCount":1.0}' in state_with_counts(read, 3, 1)


@pytest.mark.parametrize("oddity", [*ODDITIES, *LARGE_ODDITIES])
def test_an_odd_record_is_read_and_can_be_stored_in_one_line_of_utf_8(oddity: str) -> None:
    read = read_line(record_line(row(oddity, random.Random(1), 1_714_557_600_000, 1)))

    assert isinstance(read, Record)
    text = record_text(read.line)
    assert b"\n" not in text.data
    assert text.data.decode().startswith("{")


def test_a_line_without_an_end_is_not_read_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "input"
    with path.open("wb") as file:
        file.write(GOOD + GOOD)
        # A hole, which takes no room on the disk.
        file.truncate(2 * MAX_LINE_BYTES)
    descriptor = os.open(path, os.O_RDONLY)
    read = chain.from_iterable(InputLines(descriptor, Shutdown()).blocks())

    assert [next(read), next(read)] == [GOOD.strip()] * 2
    with pytest.raises(UnrecoverableError, match=r"^Input line 3 is longer than 100 MB; nothing after it was read\.$"):
        next(read)
    os.close(descriptor)


NAMES = st.sampled_from(["type", "record", "state", "stream", "data", "namespace", "stream_descriptor", "name", "x"])
PARTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.sampled_from(["RECORD", "STATE", "STREAM", "GLOBAL", "LEGACY", "record", "events", "\ud800", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=400)
@given(st.dictionaries(NAMES, PARTS, max_size=4), st.sampled_from(["RECORD", "STATE"]), st.booleans())
def test_a_message_with_any_value_at_any_level_is_read_or_named(message: Any, kind: str, is_whole: bool) -> None:
    line = json.dumps({**message, "type": kind} if is_whole else message).encode()
    try:
        read = read_line(line)
    except UnrecoverableError as error:
        assert error.message.startswith("Input line 1 ")  # noqa: PT017 - it may also be read
        return
    if isinstance(read, State):
        json.loads(state_with_counts(read, 1, 0))
    elif read is not None:
        record_text(read.line).data.decode()


@settings(max_examples=400)
@given(st.data())
def test_a_line_that_was_damaged_on_its_way_is_read_or_named(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from([GOOD, *map(state_line, list(ODD_STATES.values())[:12])]))
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 5)))
    damaged = whole[:start] + data.draw(st.binary(max_size=4)).replace(b"\n", b"") + whole[end:]
    try:
        read_line(damaged)
    except UnrecoverableError as error:
        assert error.message.startswith("Input line 1 ")  # noqa: PT017 - it may also be read
