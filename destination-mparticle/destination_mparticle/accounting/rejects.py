"""Where rejected records are kept: nowhere, in a folder, or in a bucket."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Protocol

import fsspec
import orjson

from destination_mparticle import policy
from destination_mparticle.config import Storage
from destination_mparticle.errors import config_error
from destination_mparticle.options import option
from destination_mparticle.protocol.catalog import StreamKey
from destination_mparticle.protocol.messages import RecordText
from destination_mparticle.validation.reasons import Rejection

_S3_PATIENCE: Final = {"connect_timeout": 3, "read_timeout": 10, "retries": {"max_attempts": 2}}


class RejectStore(Protocol):
    """Keeps rejected records. `keeps_records` is false for one that wants none of them."""

    keeps_records: bool

    def add(self, stream: StreamKey, record: RecordText, rejection: Rejection) -> None:
        """Take a record and the reason."""

    def flush(self) -> None:
        """Return only when everything taken so far is kept for good."""


def verdict(stream: StreamKey, rejection: Rejection) -> bytes:
    """Return whose record was rejected and why, as a JSON object."""
    why = {
        "stream": stream.name,
        "namespace": stream.namespace or None,
        "rejected_reason": rejection.reason.value,
        # Names of columns, which data activation makes names of fields, may hold half of a surrogate pair.
        "rejected_field": rejection.field.encode("utf-8", "backslashreplace").decode(),
        "rejected_column": rejection.column.encode("utf-8", "backslashreplace").decode(),
        "rejected_message": rejection.message,
    }
    return orjson.dumps(why)


class NoStore:
    """Keeps nothing; rejected records are only counted."""

    keeps_records = False

    def add(self, stream: StreamKey, record: RecordText, rejection: Rejection) -> None:
        """Forget the record."""

    def flush(self) -> None:
        """Nothing to do."""


class FileStore:
    """Writes JSON lines into files `<root>/<run>/<namespace>/<stream>/<date>_<time>_<part>.jsonl`.

    A file is written as a whole and never again, so what is flushed is kept even if the process dies. Works on any
    file system that fsspec knows.
    """

    keeps_records = True

    def __init__(self, root: str, options: Mapping[str, Any], run: str, started: datetime) -> None:
        self._files, self._root = fsspec.core.url_to_fs(root, **options)
        self._run = run
        self._stamp = started.strftime("%Y_%m_%d_%H%M%S")
        self._lines: dict[StreamKey, list[bytes]] = {}
        self._bytes = 0
        self._part = 0

    def add(self, stream: StreamKey, record: RecordText, rejection: Rejection) -> None:
        """Take a record; memory is bounded by writing whenever enough has gathered."""
        line = b'%s,"emitted_at":%s,"data":%s}\n' % (verdict(stream, rejection)[:-1], record.emitted_at, record.data)
        self._lines.setdefault(stream, []).append(line)
        self._bytes += len(line)
        if self._bytes >= policy.REJECT_BUFFER_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write one file for every stream that has rejected records since the last time."""
        for stream, lines in self._lines.items():
            self._part += 1
            folder = "/".join((self._root, self._run, *filter(None, (_safe(stream.namespace), _safe(stream.name)))))
            self._write(f"{folder}/{self._stamp}_{self._part}.jsonl", b"".join(lines))
        self._lines.clear()
        self._bytes = 0

    def _write(self, path: str, content: bytes) -> None:
        try:
            self._files.pipe_file(path, content)
        except Exception as error:  # noqa: BLE001 - file systems raise what they like
            raise config_error(store_problem(error)) from None

    def probe(self) -> None:
        """Write and remove a file. Raises whatever the file system raises."""
        path = f"{self._root}/.airbyte-check-{uuid.uuid4().hex}"
        self._files.pipe_file(path, b"check")
        self._files.rm_file(path)


def open_store(storage: Storage, run: str, started: datetime) -> NoStore | FileStore:
    """Return the store that the configuration names, without touching it yet."""
    if storage.kind == "None":
        return NoStore()
    if storage.kind == "Local":
        return FileStore(storage.path, {"auto_mkdir": True}, run, started)
    client = {"region_name": storage.region, "endpoint_url": storage.endpoint}
    options = {
        "key": storage.access_key_id,
        "secret": storage.secret_access_key,
        "client_kwargs": {name: value for name, value in client.items() if value},
        "config_kwargs": dict(_S3_PATIENCE),
        "skip_instance_cache": True,
    }
    return FileStore("/".join(filter(None, ("s3://" + storage.bucket, storage.path))), options, run, started)


def store_problem(error: Exception) -> str:
    """Say that the store cannot be written to. File systems raise what they like, so only its kind is told."""
    return (
        f"The store for rejected records cannot be written to ({type(error).__name__}); check "
        f"{option('object_storage_config')} and the permissions."
    )


def _safe(name: str) -> str:
    return name.replace("/", "_").replace("..", "_")
