"""Turn stored rejected records into RECORD messages again."""

import re
from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

from destination_mparticle.errors import ConfigError
from destination_mparticle.json_reading import loads
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.protocol.catalog import stream_key
from destination_mparticle.protocol.raw_json import member_spans
from destination_mparticle.tracking.file_storage import Files

_NAME: Final = re.compile(r"(?P<stamp>\d{4}_\d{2}_\d{2}_\d{6})_(?P<part>\d+)\.jsonl")


class _Stored(NamedTuple):
    """A file of rejected records. They sort in the order in which they were written."""

    stamp: str
    part: int
    path: str


def rejected_records(files: Files, path: str, streams: Collection[StreamKey]) -> Iterator[bytes]:
    """Yield the rejected records of a file or a folder, as lines that `write` takes, in the order they were stored.

    Raises a `ConfigError`, before the first line, where there are none, or where one is of a stream not in `streams`.
    """
    stored = _stored(files, path)
    if not stored:
        raise ConfigError(f"There are no files of rejected records at {files.full(path)}.")
    first = (next(_messages(files, file), None) for file in stored)
    unknown = {stream for stream, _ in filter(None, first)} - set(streams)
    if unknown:
        raise ConfigError(*(f"Stream {stream} is not in the catalog." for stream in sorted(unknown)))
    return (message for file in stored for _, message in _messages(files, file))


def _stored(files: Files, path: str) -> list[_Stored]:
    found = [(_NAME.fullmatch(file.rpartition("/")[2]), file) for file in files.find(path)]
    return sorted(_Stored(name["stamp"], int(name["part"]), file) for name, file in found if name)


def _messages(files: Files, file: _Stored) -> Iterator[tuple[StreamKey, bytes]]:
    """Yield stream and message of every line of a file, which holds records of one stream."""
    for number, line in enumerate(files.lines(file.path), start=1):
        try:
            yield _message(line)
        except (KeyError, TypeError, ValueError):
            raise ConfigError(f"Line {number} of {file.path} is not a rejected record.") from None


def _message(line: bytes) -> tuple[StreamKey, bytes]:
    """Return a line's record as it came, with every digit."""
    read = loads(line)
    if not isinstance(read, dict) or not isinstance(read["data"], dict):
        raise TypeError
    stream = stream_key(read["namespace"], read["stream"])
    found = {name: line[slice(*span)] for name, span in member_spans(line).items()}
    kept = [b'"%s":%s' % (name.encode(), found[name]) for name in _KEPT if found[name] != b"null"]
    return stream, b'{"type":"RECORD","record":{' + b",".join(kept) + b"}}"


_KEPT: Final = ("stream", "namespace", "emitted_at", "data")
