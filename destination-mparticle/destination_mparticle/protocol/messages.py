"""Airbyte messages from stdin, line by line.

Lines are parsed here rather than by the CDK, whose models drop keys that they do not know and whose reader logs a line
that it cannot parse. An error names the line by its number and its stream, and nothing else.

A record is what has the shape of one. Odd values in it are read all the same (`json_reading`), since one must not
end the sync. A state is the source's own: it is returned as the text that it came as.
"""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import orjson

from destination_mparticle import json_reading
from destination_mparticle.errors import UnrecoverableError
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.pipeline.ahead import PreparedAhead
from destination_mparticle.protocol.catalog import stream_key
from destination_mparticle.protocol.raw_json import Span, is_object, member_spans, on_one_line


class Record(NamedTuple):
    """A RECORD message."""

    stream: StreamKey
    data: Mapping[str, Any]
    line: bytes


class RecordAhead(NamedTuple):
    """The line of a RECORD message, and what the record becomes if no equal one came before."""

    stream: StreamKey
    prepared: PreparedAhead
    line: bytes


@dataclass(frozen=True)
class State:
    """A STATE message as it came. `stream` is None for a state that covers all streams."""

    line: bytes
    stream: StreamKey | None

    @property
    def size(self) -> int:
        """What it costs in memory, in bytes."""
        return len(self.line)


class RecordText(NamedTuple):
    """Parts of a record as JSON text, digit by digit as they came, in valid UTF-8."""

    data: bytes
    emitted_at: bytes


def read_messages(lines: Iterable[bytes | RecordAhead]) -> Iterator[Record | RecordAhead | State]:
    """Yield records and states, and skip other messages. Raises an `UnrecoverableError` for an invalid line."""
    counts = _RecordCounts()
    for number, line in enumerate(lines, start=1):
        if isinstance(line, RecordAhead):
            counts.add(line.stream)
            yield line
            continue
        # Some tools put a byte order mark before the first line.
        text = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
        try:
            message = json_reading.loads(text)
        except ValueError:
            if not text.strip():
                continue
            raise _invalid_line_error(number, "is not valid JSON", counts.place(line)) from None
        kind = message.get("type") if isinstance(message, dict) else None
        if not isinstance(kind, str):
            raise _invalid_line_error(number, "is not an Airbyte message", counts.place(line))
        read = _READERS.get(kind)
        if read is None:
            if kind.upper() in _READERS:
                raise _invalid_line_error(number, "has its type in lower case", counts.place(line))
            continue
        try:
            found = read(message, text)
        except (KeyError, TypeError, AttributeError, ValueError):
            raise _invalid_line_error(number, f"is not a valid {kind} message", counts.place(line)) from None
        if kind == _RECORD:
            counts.add(found.stream)
        yield found


def read_record(line: bytes) -> Record:
    """Return the record in a line. Raises `ValueError` where there is anything else."""
    message = json_reading.loads(line)
    try:
        if message["type"] == _RECORD:
            return _record(message, line)
    except (KeyError, TypeError, AttributeError):
        pass
    raise ValueError


def record_text(line: bytes) -> RecordText:
    """Return the parts of a record that was read before, as text."""
    record = member_spans(line, member_spans(line)["record"][0])
    begin, end = record["data"]
    emitted_at = record.get("emitted_at")
    return RecordText(on_one_line(line[begin:end]), on_one_line(line[slice(*emitted_at)]) if emitted_at else b"null")


def state_with_counts(state: State, accepted: int, rejected: int) -> bytes:
    """Return the line that confirms a state: as it came, with what was accepted and rejected put in.

    Airbyte adds the two counts and compares the sum with what it sent.
    """
    line = state.line
    begin, _ = member_spans(line)["state"]
    body = member_spans(line, begin)
    stats = body.get("destinationStats")
    counts = b'{%s"recordCount":%.1f,"rejectedRecordCount":%.1f}' % (_other_stats(line, stats), accepted, rejected)
    if stats is not None:
        return line[: stats[0]] + counts + line[stats[1] :]
    comma = b"," if body else b""
    return line[: begin + 1] + b'"destinationStats":' + counts + comma + line[begin + 1 :]


def _other_stats(line: bytes, stats: Span | None) -> bytes:
    """Return what else a source wrote into the statistics, as the beginning of an object."""
    if stats is None or not is_object(line, stats):
        return b""
    others = member_spans(line, stats[0])
    return b"".join(
        b"%s:%s," % (orjson.dumps(name), line[begin:end]) for name, (begin, end) in others.items() if name not in _OURS
    )


_OURS: Final = frozenset(("recordCount", "rejectedRecordCount"))


def _record(message: Mapping[str, Any], line: bytes) -> Record:
    record = message["record"]
    data = record["data"]
    if not isinstance(data, dict):
        raise TypeError
    return Record(stream_key(record.get("namespace"), record["stream"]), data, line)


def _state(message: Mapping[str, Any], line: bytes) -> State:
    state = message["state"]
    if not isinstance(state.get("destinationStats", {}), (dict, type(None))):
        raise TypeError
    if state.get("type") != "STREAM":
        return State(line.strip(), None)
    descriptor = state["stream"]["stream_descriptor"]
    return State(line.strip(), stream_key(descriptor.get("namespace"), descriptor["name"]))


_RECORD: Final = "RECORD"
_READERS: Final[dict[str, Callable[[Mapping[str, Any], bytes], Any]]] = {_RECORD: _record, "STATE": _state}


class _RecordCounts:
    """The records that came so far, by stream, to say where an invalid line stands."""

    _NAMED: Final = re.compile(rb'"stream"\s*:\s*"([^"\\]*)"')

    def __init__(self) -> None:
        self._counts: dict[StreamKey, int] = {}
        self._last: StreamKey | None = None

    def add(self, stream: StreamKey) -> None:
        """Count a record."""
        self._counts[stream] = self._counts.get(stream, 0) + 1
        self._last = stream

    def place(self, line: bytes) -> str:
        """Say after which record a line came: of the stream that it names, else of any.

        A name is only repeated if a record had it before; an invalid line could hold anything there.
        """
        named = {name.decode("utf-8", "replace") for name in self._NAMED.findall(line)}
        stream = next((key for key in reversed(self._counts) if key.name in named), self._last)
        return "" if stream is None else f" It came after record {self._counts[stream]:,} of stream {stream}."


def _invalid_line_error(number: int, what: str, place: str) -> UnrecoverableError:
    return UnrecoverableError(f"Input line {number} {what}; nothing after it was read.{place}")
