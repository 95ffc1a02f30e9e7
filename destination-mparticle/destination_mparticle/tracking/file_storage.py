"""The folder or the bucket that holds rejected records, on any file system that fsspec knows.

File systems raise errors of any kind. Each becomes one sentence that names the place, since neither a folder nor a
bucket is a secret, and the kind of the error, since its text may hold one.
"""

import os
import posixpath
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import fsspec

from destination_mparticle import tuning
from destination_mparticle.config import Storage
from destination_mparticle.errors import ConfigError, SyncError, TransientError
from destination_mparticle.line_splitter import LineSplitter
from destination_mparticle.options import inner_option, option

_LOCAL: Final = {"auto_mkdir": True}
_S3: Final = "s3://"
_S3_OPTIONS: Final = ("s3_bucket_name", "s3_bucket_region", "s3_endpoint", "access_key_id", "secret_access_key")
_S3_TIMEOUTS: Final = {"connect_timeout": 3, "read_timeout": 10, "retries": {"max_attempts": 2}}


class Files:
    """The files of one place. `name` is what errors call it. If it `is_closed`, no path leads out of it."""

    def __init__(self, name: str, url: str, options: Mapping[str, Any], *, is_closed: bool = True) -> None:
        self._name = name
        self._is_closed = is_closed
        self._label = f"{option('object_storage_config')}: {name}" if is_closed else name[0].upper() + name[1:]
        self._is_local = not url.startswith(_S3)
        self._files, self._root = fsspec.core.url_to_fs(url, **options)
        # What the client of a bucket knows of time starts anew with every byte and retry, and not before the bucket has
        # answered that it takes an upload. No disk needs this, or could be stopped.
        self._limits: Mapping[str, float] = {} if self._is_local else {"timeout": tuning.BUCKET_SECONDS}

    @classmethod
    def of(cls, storage: Storage) -> "Files | None":
        """Return the place that a configuration names, without touching it yet, or None where it names none.

        Raises a `ConfigError` for a bucket where what it needs is not installed.
        """
        if storage.kind == "None":
            return None
        if storage.kind == "Local":
            return cls(storage.place, storage.path, _LOCAL)
        try:
            return cls(
                storage.place, "/".join(filter(None, (_S3 + storage.bucket, storage.path))), _s3_options(storage)
            )
        except ImportError:
            raise ConfigError(
                f"{option('object_storage_config')}: the connector was installed without its extra `s3`, which writes "
                "to buckets; install airbyte-destination-mparticle[s3]."
            ) from None

    @classmethod
    def local(cls, folder: str) -> "Files":
        """Return a folder of this machine, from which paths may lead to any other."""
        return cls(f"the folder `{folder}`", folder, _LOCAL, is_closed=False)

    def write(self, path: str, content: bytes) -> None:
        """Write a file as a whole. Where that fails, nothing of it is found later."""
        full = self.full(path)
        with self._readable_errors("written to"):
            # A bucket shows no file before it is whole.
            (self._write_and_rename if self._is_local else self._files.pipe_file)(full, content, **self._limits)

    def _write_and_rename(self, path: str, content: bytes) -> None:
        unfinished = f"{path}.unfinished"
        try:
            self._files.pipe_file(unfinished, content)
            self._files.mv(unfinished, path)
        except BaseException:
            with suppress(OSError):
                self._files.rm_file(unfinished)
            raise

    def probe(self) -> None:
        """Write and remove a file. Raises a `SyncError` where that does not work."""
        path = posixpath.join(self._root, f".airbyte-check-{uuid.uuid4().hex}")
        with self._readable_errors("written to"):
            self._files.pipe_file(path, b"check", **self._limits)
            self._files.rm_file(path, **self._limits)

    def find(self, path: str) -> list[str]:
        """Return every file in a folder and the folders in it, or the one file that the path names."""
        full = self.full(path)
        with self._readable_errors("read"):
            found: list[str] = self._files.find(full, **self._limits)
        return [file for file in found if not (self._is_local and _is_special(file))]

    def lines(self, path: str) -> Iterator[bytes]:
        """Yield the lines of a file that was found, without their ends."""
        full = self.full(path)
        splitter = LineSplitter()
        for block in self._blocks(full):
            yield from splitter.ended_by(block)
        yield from splitter.rest()

    def _blocks(self, path: str) -> Iterator[bytes]:
        with self._readable_errors("read"):
            size = self._files.info(path, **self._limits)["size"]
            for start in range(0, size, tuning.BUCKET_BLOCK_BYTES):
                end = min(start + tuning.BUCKET_BLOCK_BYTES, size)
                yield self._files.cat_file(path, start=start, end=end, **self._limits)

    def full(self, path: str) -> str:
        """Return the path of something in this place. A full path, as other tools print it, stays as it is.

        Raises a `ConfigError` where the path leads out of this place.
        """
        if self._is_local:
            full = posixpath.normpath(posixpath.join(self._root, path))
        else:
            path = path.removeprefix(_S3).strip("/")
            full = posixpath.normpath(path if self._is_inside(path) else f"{self._root}/{path}")
        if self._is_closed and not (self._is_inside(full) and self._is_inside_without_links(full)):
            raise ConfigError(
                f"The path `{path}` is not in {self._name}, which {option('object_storage_config')} names; give a path "
                "inside of it."
            )
        return full

    def _is_inside(self, path: str) -> bool:
        return path == self._root or path.startswith(f"{self._root.rstrip('/')}/")

    def _is_inside_without_links(self, path: str) -> bool:
        """Say the same of where the links on a path lead. The folder itself may be one."""
        root = os.path.realpath(self._root)
        return not self._is_local or os.path.commonpath((root, os.path.realpath(path))) == root

    @contextmanager
    def _readable_errors(self, what: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # noqa: BLE001 - file systems raise errors of any kind
            raise (self._local_error if self._is_local else self._s3_error)(error, what) from None

    def _local_error(self, error: Exception, what: str) -> SyncError:
        # The text of an error of the system is always the same, and says more than its type.
        kind = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else type(error).__name__
        where = inner_option("object_storage_config", "destination_path") if self._is_closed else "the path"
        return ConfigError(f"{self._label} cannot be {what} ({kind}); check {where} and the permissions.")

    def _s3_error(self, error: Exception, what: str) -> SyncError:
        # Installed with the extra `s3` alone.
        from destination_mparticle.tracking.s3_errors import kind_of, may_pass  # noqa: PLC0415

        if may_pass(error):
            return TransientError(
                f"{self._label} cannot be {what} at the moment ({kind_of(error)}); try again later, and if it stays "
                f"so, check {inner_option('object_storage_config', 's3_endpoint')} and the network."
            )
        options = ", ".join(inner_option("object_storage_config", name) for name in _S3_OPTIONS)
        return ConfigError(f"{self._label} cannot be {what} ({kind_of(error)}); check {options} and the permissions.")


def _is_special(path: str) -> bool:
    """Say whether it is a named pipe or a device, which could be read for ever."""
    return Path(path).exists() and not Path(path).is_file()


def _s3_options(storage: Storage) -> dict[str, Any]:
    # Installed with the extra `s3` alone.
    from destination_mparticle.tracking.s3_session import CarefulSession  # noqa: PLC0415

    client = {"region_name": storage.region, "endpoint_url": storage.endpoint}
    return {
        "key": storage.access_key_id,
        "secret": storage.secret_access_key,
        "client_kwargs": {name: value for name, value in client.items() if value},
        "config_kwargs": {**_S3_TIMEOUTS, "http_session_cls": CarefulSession},
        "skip_instance_cache": True,
    }
