"""Turn stored rejected records into RECORD messages again.

A sync that is tried again reads, and rejects, what its last state does not cover once more. Such a record is in the
store twice, and is sent once: in the place where the last run stored it. Equal records of one run are different ones.
"""

import logging
import re
import sys
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, NamedTuple

from destination_mparticle.conversion.airbyte_columns import without_airbyte_columns
from destination_mparticle.errors import ConfigError
from destination_mparticle.json_reading import loads
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.pipeline.ids import RecordIds
from destination_mparticle.protocol.catalog import stream_key
from destination_mparticle.protocol.raw_json import member_spans
from destination_mparticle.tracking.file_storage import Files

_logger = logging.getLogger("airbyte")
_NAME: Final = re.compile(r"(?P<stamp>\d{4}_\d{2}_\d{2}_\d{6}(\d{6}_[0-9a-f]{12})?)_(?P<part>\d+)\.jsonl")
"""Earlier versions wrote whole seconds and no id."""


class _Stored(NamedTuple):
    """A file of rejected records. They sort in the order in which they were written. A run has one stamp."""

    stamp: str
    part: int
    path: str


class _Replayed(NamedTuple):
    """A record as a line for `write`. `record_id` tells equal records of one run apart, and finds them in another."""

    run: str
    record_id: str
    message: bytes


def rejected_records(files: Files, path: str, streams: Collection[StreamKey]) -> Iterator[bytes]:
    """Yield the rejected records of a file or a folder, as lines that `write` takes, in the order they were stored.

    Each comes once, however many runs have stored it. Raises a `ConfigError`, before the first line, where there are
    none, or where one is of a stream not in `streams`.
    """
    stored = _stored(files, path)
    if not stored:
        raise ConfigError(f"There are no files of rejected records at {files.full(path)}.")
    first = (next(_messages(files, file), None) for file in stored)
    unknown = {stream for stream, _, _ in filter(None, first)} - set(streams)
    if unknown:
        raise ConfigError(*(f"Stream {stream} is not in the catalog." for stream in sorted(unknown)))
    last_runs = _last_runs(files, stored)
    return (each.message for each in _replayed(files, stored) if last_runs.get(each.record_id, each.run) == each.run)


def _last_runs(files: Files, stored: list[_Stored]) -> Mapping[str, str]:
    """Return the last run that stored each record. Empty where there was only one."""
    if len({file.stamp for file in stored}) == 1:
        return {}
    count, last = 0, {}
    for count, replayed in enumerate(_replayed(files, stored), start=1):  # noqa: B007 - the last one is the count
        last[replayed.record_id] = replayed.run
    if count > len(last):
        _logger.info("%s records are left out here, because a later run stored them again.", f"{count - len(last):,}")
    return last


def _replayed(files: Files, stored: list[_Stored]) -> Iterator[_Replayed]:
    run, ids = "", dict[StreamKey, RecordIds]()
    for file in stored:
        if file.stamp != run:
            run, ids = file.stamp, {}
        for stream, data, message in _messages(files, file):
            of_stream = ids.setdefault(stream, RecordIds(stream.identity, sys.maxsize, by_position=False))
            yield _Replayed(run, of_stream.next(without_airbyte_columns(data)).text, message)


def _stored(files: Files, path: str) -> list[_Stored]:
    found = [(_NAME.fullmatch(file.rpartition("/")[2]), file) for file in files.find(path)]
    return sorted(_Stored(name["stamp"], int(name["part"]), file) for name, file in found if name)


def _messages(files: Files, file: _Stored) -> Iterator[tuple[StreamKey, Mapping[str, Any], bytes]]:
    """Yield stream, data and message of every line of a file, which holds records of one stream."""
    for number, line in enumerate(files.lines(file.path), start=1):
        # Editors and copying programs leave blank lines behind.
        if not line.strip():
            continue
        try:
            yield _message(line)
        except (KeyError, TypeError, ValueError):
            raise ConfigError(f"Line {number} of {file.path} is not a rejected record.") from None


def _message(line: bytes) -> tuple[StreamKey, Mapping[str, Any], bytes]:
    """Return a line's record as it came, with every digit."""
    read = loads(line)
    if not isinstance(read, dict) or not isinstance(read["data"], dict):
        raise TypeError
    stream = stream_key(read["namespace"], read["stream"])
    found = {name: line[slice(*span)] for name, span in member_spans(line).items()}
    kept = [b'"%s":%s' % (name.encode(), found[name]) for name in _KEPT if found[name] != b"null"]
    return stream, read["data"], b'{"type":"RECORD","record":{' + b",".join(kept) + b"}}"


_KEPT: Final = ("stream", "namespace", "emitted_at", "data")
