"""The lines that wait to be written, and the files that they become."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, final

from mparticle_sandbox.core.events_api.batch_store import StoredBatch
from mparticle_sandbox.core.exports import drawn, file_names
from mparticle_sandbox.core.exports.changes import KnownUsers
from mparticle_sandbox.core.exports.options import ExportOptions
from mparticle_sandbox.core.exports.outbound import Receipt, outbound_batch, single_events
from mparticle_sandbox.core.exports.text_numbers import with_text_numbers

_HOUR_US = 3_600_000_000
ORDINARY, REDELIVERED, LATE = "ordinary", "redelivered", "late"


@dataclass(frozen=True)
class ExportFile:
    """A file to write. `path` is below the destination, with slashes."""

    path: str
    content: bytes


@dataclass(frozen=True)
class _Line:
    kind: str
    app: str
    date: str | None
    text: bytes


@final
class ExportQueue:
    """Collects accepted batches and makes files of them.

    The same options, seed, batches and times give the same files. No name is given out twice.
    """

    def __init__(self, options: ExportOptions, seed: int, mpids: Mapping[str, int]) -> None:
        """`mpids` as in Receipt."""
        self.options = options
        self._seed = seed
        self._mpids = mpids
        self._named = 0
        self._last_us = 0
        self.forget()

    def forget(self) -> None:
        """Forget what waits, and count from nothing; names go on, so that no file is written over."""
        self.batches = 0
        self.lines: dict[str, int] = dict.fromkeys((ORDINARY, REDELIVERED, LATE), 0)
        self._users = KnownUsers()
        self._due_batches = 0
        self._next: list[_Line] = []
        # What comes again or late lies back: it comes with the files after those of its time.
        self._after_next: list[_Line] = []

    @property
    def waiting(self) -> int:
        """How many lines wait to be written."""
        return len(self._next) + len(self._after_next)

    @property
    def is_due(self) -> bool:
        """Whether as many batches wait as files are written for."""
        return self._due_batches >= self.options.every

    def add(self, batch: StoredBatch, app: str) -> None:
        """Take an accepted batch that came to the input of an app. Where that fails, nothing of it was taken."""
        receipt = Receipt(self._seed, self.batches, batch.endpoint, batch.at_ms, self._mpids)
        outbound = outbound_batch(batch.text, receipt)
        if self.options.changes:
            outbound = self._users.with_changes(outbound)
        contents = single_events(outbound) if self.options.single_events else [outbound]
        first = self.lines[ORDINARY] + self.lines[LATE]
        lines = [self._lines(content, first + index, app, batch.at_ms) for index, content in enumerate(contents)]
        for line in chain.from_iterable(lines):
            (self._next if line.kind == ORDINARY else self._after_next).append(line)
            self.lines[line.kind] += 1
        if self.options.changes:
            self._users.remember(outbound)
        self.batches += 1
        self._due_batches += 1

    def take(self, now_us: int, *, everything: bool) -> list[ExportFile]:
        """Return the files that are next; with `everything`, what lies back comes too, in files of its own."""
        lines = self._next + self._after_next if everything else self._next
        self._next = [] if everything else self._after_next
        self._after_next = []
        self._due_batches = 0
        files: dict[tuple[str, str, str | None], list[bytes]] = {}
        for line in lines:
            files.setdefault((line.kind, line.app, line.date), []).append(line.text)
        return [self._file(*group, texts, now_us) for group, texts in files.items()]

    def time_for_name(self, now_us: int) -> int:
        """Return a time that no name has had: now, or just after the last one."""
        self._last_us = max(now_us, self._last_us + 1)
        return self._last_us

    def _lines(self, content: dict[str, Any], place: int, app: str, at_ms: int) -> list[_Line]:
        """Return the lines of one batch to be: one, or two where it comes again. `place`: how many came before it."""
        options = self.options
        # By its place and not by its ids, which change with the time: a second run treats it alike.
        this = (self._seed, place)
        date = self._date(content, at_ms)
        is_text = drawn.is_among(options.text_numbers, "text numbers", *this)
        line = _Line(ORDINARY, app, date, _text(with_text_numbers(content) if is_text else content))
        if drawn.is_among(options.late, "late", *this):
            return [replace(line, kind=LATE)]
        is_again = drawn.is_among(options.redelivered, "redelivered", *this)
        return [line, replace(line, kind=REDELIVERED)] if is_again else [line]

    def _date(self, content: dict[str, Any], at_ms: int) -> str | None:
        """Return the folder of a line's day; None where it lies in the base folder."""
        dates, events = self.options.dates, content["events"]
        if dates in ("event", "event_or_upload") and events:
            return file_names.date_folder(events[0]["data"]["timestamp_unixtime_ms"])
        return file_names.date_folder(at_ms) if dates in ("upload", "event_or_upload") else None

    def _file(self, kind: str, app: str, date: str | None, texts: list[bytes], now_us: int) -> ExportFile:
        options = self.options
        at_us = self.time_for_name(now_us) + (options.late_by_h * _HOUR_US if kind == LATE else 0)
        name = file_names.event_file(app, at_us, drawn.below(file_names.NUMBERS, "file", self._seed, self._named))
        self._named += 1
        path = "/".join(part for part in (options.folder, date, name) if part)
        return ExportFile(path, compressed(b"".join(texts), options))


def compressed(content: bytes, options: ExportOptions) -> bytes:
    """Return what is written for the content of a file."""
    # Without a time, so that the same content stays the same.
    return gzip.compress(content, mtime=0) if options.gzip else content


def _text(content: dict[str, Any]) -> bytes:
    try:
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    except UnicodeEncodeError:
        # Half of a surrogate pair, which JSON can escape and UTF-8 cannot hold.
        return json.dumps(content, separators=(",", ":")).encode() + b"\n"
