"""The storage that the configuration names, and the files in it."""

import io
import os
from typing import Any, Final

from airbyte_cdk.utils import AirbyteTracedException

from source_mparticle_exports.config import GcsStorage, LocalStorage, S3Storage, StorageConfig
from source_mparticle_exports.file_systems import file_system
from source_mparticle_exports.file_systems.patience import Patience
from source_mparticle_exports.storage_errors import config_error, storage_error

# Two blocks of each open file are in memory at a time.
BLOCK_BYTES: Final = 2 * 1024 * 1024

_PATIENCE: Final = Patience()


class Storage:
    """A file system and the folder in it that holds the exports."""

    def __init__(self, filesystem: Any, root: str, config: StorageConfig) -> None:
        self.filesystem = filesystem
        self.root = root.rstrip("/") or root
        self._config = config

    @property
    def is_local(self) -> bool:
        """Whether it is a folder of this machine."""
        return isinstance(self._config, LocalStorage)

    def relative(self, path: str) -> str:
        """Return a path below the root as seen from there."""
        return path.removeprefix("/").removeprefix(self.root.removeprefix("/")).removeprefix("/")

    def open(self, path: str) -> io.RawIOBase:
        """Open a file, by its path below the root, to read bytes from start to end.

        Raises `AirbyteTracedException`, here and while it is read, where the storage fails or the file ends early.
        """
        try:
            opened = self.filesystem.open(f"{self.root}/{path}", "rb", block_size=BLOCK_BYTES, cache_type="readahead")
        except Exception as error:
            raise self.error(error, f"open {path}") from error
        return _WholeFile(opened, self, path)

    def error(self, error: Exception, doing: str) -> AirbyteTracedException:
        """Return what to tell of an error of the file system. `doing` is such as `list the exports`."""
        return storage_error(error, self._config, doing)


class _WholeFile(io.RawIOBase):
    """A file that is read to its end, or else raises an error."""

    def __init__(self, file: Any, storage: Storage, path: str) -> None:
        self._file = file
        self._storage = storage
        self._path = path
        self._left: int | None = getattr(file, "size", None)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            return self._counted(self._file.readinto(buffer))
        except Exception as error:
            raise self._storage.error(error, f"read {self._path}") from error

    def _counted(self, count: int) -> int:
        if self._left is None:
            return count
        if count == 0 and self._left > 0:
            raise EOFError(f"it ended {self._left} bytes early")
        self._left -= count
        return count

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


def open_storage(config: StorageConfig, patience: Patience = _PATIENCE) -> Storage:
    """Return the storage. Nothing is asked of it yet.

    Raises `AirbyteTracedException` (config error) where a package is not installed or a key is not usable.
    """
    try:
        return Storage(file_system(config, patience), _root(config), config)
    except Exception as error:
        # Whatever the libraries find wrong with keys of the wrong form, without their text.
        reason = str(error) if type(error) is ValueError else type(error).__name__
        raise config_error(f"The storage cannot be opened: {reason}") from error


def _root(config: StorageConfig) -> str:
    if isinstance(config, LocalStorage):
        # Listed files have absolute paths, whatever was asked for.
        return os.path.abspath(config.path)  # noqa: PTH100 - as the file system does it: links stay links
    if isinstance(config, S3Storage):
        return _below(config.s3_bucket_name, config.bucket_path)
    if isinstance(config, GcsStorage):
        return _below(config.bucket_name, config.bucket_path)
    return _below(config.container_name, config.blob_path)


def _below(bucket: str, path: str) -> str:
    return f"{bucket}/{path.strip('/')}".rstrip("/")
