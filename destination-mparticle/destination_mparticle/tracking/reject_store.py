"""Where rejected records are kept: nowhere, in a folder, or in a bucket."""

import hashlib
import re
import uuid
from datetime import datetime
from typing import Final, Protocol

import orjson

from destination_mparticle import tuning
from destination_mparticle.config import Storage
from destination_mparticle.errors import SyncError
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.protocol.messages import RecordText
from destination_mparticle.tracking.file_storage import Files
from destination_mparticle.validation.reasons import Rejection


class RejectStore(Protocol):
    """Keeps rejected records. `keeps_records` is false for one that needs none of them."""

    keeps_records: bool

    def add(self, stream: StreamKey, record: RecordText, rejection: Rejection) -> None:
        """Take a record and the reason."""

    def flush(self) -> None:
        """Return only when everything taken so far is stored."""


def rejection_json(stream: StreamKey, rejection: Rejection) -> bytes:
    """Return whose record was rejected and why, as a JSON object."""
    fields = {
        "stream": stream.name,
        "namespace": stream.namespace or None,
        "rejected_reason": rejection.reason.value,
        # Names of columns, which data activation makes names of fields, may hold half of a surrogate pair.
        "rejected_field": rejection.field.encode("utf-8", "backslashreplace").decode(),
        "rejected_column": rejection.column.encode("utf-8", "backslashreplace").decode(),
        "rejected_message": rejection.message,
    }
    return orjson.dumps(fields)


class NoStore:
    """Keeps nothing; rejected records are only counted."""

    keeps_records = False

    def add(self, stream: StreamKey, record: RecordText, rejection: Rejection) -> None:
        """Forget the record."""

    def flush(self) -> None:
        """Nothing to do."""


class FileStore:
    """Writes JSON lines into files `<root>/<run>/<namespace>/<stream>/<date>_<time>_<id>_<part>.jsonl`.

    The folders are named by `folder_name`. `<time>` goes down to microseconds, so that names sort by it; `<id>` is
    drawn, so that no two runs ever write the same file.

    A file is written as a whole and never changed, so what is flushed is kept even if the process dies. Once a write
    has failed, nothing more is written: the sync fails, and its other threads must not wait for the same failure.
    """

    keeps_records = True

    def __init__(self, files: Files, run: str, started: datetime) -> None:
        self._files = files
        self._run = run
        self._stamp = f"{started:%Y_%m_%d_%H%M%S%f}_{uuid.uuid4().hex[:12]}"
        self._lines: dict[StreamKey, list[bytes]] = {}
        self._bytes = 0
        self._part = 0
        self._failure: SyncError | None = None

    def add(self, stream: StreamKey, record: RecordText, rejection: Rejection) -> None:
        """Take a record; memory is bounded by writing whenever the buffer is full."""
        line = b'%s,"emitted_at":%s,"data":%s}\n' % (
            rejection_json(stream, rejection)[:-1],
            record.emitted_at,
            record.data,
        )
        self._lines.setdefault(stream, []).append(line)
        self._bytes += len(line)
        if self._bytes >= tuning.REJECT_BUFFER_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write one file for every stream that has rejected records since the last time.

        Raises a `SyncError` where that fails, and from then on.
        """
        if self._failure is not None:
            raise self._failure
        try:
            for stream, lines in self._lines.items():
                self._write(stream, lines)
        except SyncError as error:
            self._failure = error
            raise
        self._lines.clear()
        self._bytes = 0

    def _write(self, stream: StreamKey, lines: list[bytes]) -> None:
        self._part += 1
        folder = "/".join(map(folder_name, filter(None, (self._run, stream.namespace, stream.name))))
        self._files.write(f"{folder}/{self._stamp}_{self._part}.jsonl", b"".join(lines))

    def probe(self) -> None:
        """Raise a `SyncError` where the store cannot be written to."""
        self._files.probe()


def open_store(storage: Storage, run: str, started: datetime) -> NoStore | FileStore:
    """Return the store that the configuration names, without touching it yet.

    Raises a `ConfigError` where what it needs is not installed.
    """
    files = Files.of(storage)
    return NoStore() if files is None else FileStore(files, run, started)


def folder_name(name: str) -> str:
    """Return a name that any file system takes for one folder inside of another. No two names share one.

    Most names stay as they are. Of others, what is readable is followed by a part of their hash.
    """
    if _PLAIN.fullmatch(name) and not _HASHED.fullmatch(name) and len(name.encode()) <= _LONGEST_BYTES:
        return name
    # Names of streams may hold half of a surrogate pair.
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{_ODD.sub('_', name)[:_READABLE]}-{digest[:16]}"


_PLAIN: Final = re.compile(r"[\w-]([\w .-]*[\w-])?")
_HASHED: Final = re.compile(r".*-[0-9a-f]{16}")
_ODD: Final = re.compile(r"[^\w-]")
_LONGEST_BYTES: Final = 200
_READABLE: Final = 40
