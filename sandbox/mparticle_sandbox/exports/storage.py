"""Where exports are written to: a folder of this machine, or a bucket.

Only a bucket needs fsspec and its library for that kind of storage, which an extra of the package installs.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol, final

_EXTRAS = {
    "s3": "s3", "s3a": "s3",
    "gs": "gcs", "gcs": "gcs",
    "az": "azure", "abfs": "azure", "abfss": "azure", "adl": "azure",
}  # fmt: skip


class StorageError(Exception):
    """The destination cannot be opened or written to; the message says so in plain sentences."""


class Storage(Protocol):
    """A place for files."""

    @property
    def is_azure(self) -> bool:
        """Whether it is Azure, which mParticle tries in a way of its own."""

    def write(self, path: str, content: bytes) -> None:
        """Write a file at a path with slashes; raise StorageError. In a folder or bucket nobody sees half of it."""


def open_storage(destination: str) -> Storage:
    """Return the storage at a folder's path or at a URL such as `s3://bucket/path`; raise StorageError."""
    protocol, mark, _ = destination.partition("://")
    return _FileSystem(protocol, destination) if mark else _Folder(Path(destination))


@final
class _Folder:
    is_azure = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, path: str, content: bytes) -> None:
        target = self._folder / path
        part = target.with_name(f".{target.name}.part")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(content)
            part.replace(target)
        except OSError as error:
            raise StorageError(f"Cannot write {target}: {error.strerror or error}.") from error


@final
class _FileSystem:
    def __init__(self, protocol: str, url: str) -> None:
        self.is_azure = _EXTRAS.get(protocol) == "azure"
        # A bucket has no folders, and making one would ask for the right to make buckets.
        self._is_bucket = protocol in _EXTRAS
        self._files, self._root = _file_system(protocol, url)

    def write(self, path: str, content: bytes) -> None:
        target = f"{self._root}/{path}" if self._root else path
        try:
            if not self._is_bucket:
                self._files.makedirs(target.rpartition("/")[0], exist_ok=True)
            # One request to a bucket, so that a file is there whole or not at all.
            self._files.pipe_file(target, content)
        except Exception as error:
            # Each kind of storage has errors of its own.
            raise StorageError(f"Cannot write {path} to the export's destination: {_sentence(error)}") from error


def _file_system(protocol: str, url: str) -> tuple[Any, str]:
    """Return fsspec's file system for a URL, and the path in it."""
    extra = _EXTRAS.get(protocol)
    package = f"mparticle-sandbox[{extra}]" if extra else "fsspec"
    if find_spec("fsspec") is None:
        raise StorageError(f"Exports to {protocol}:// need fsspec: pip install '{package}'.")
    # A sandbox that writes to no bucket starts without it.
    import fsspec  # noqa: PLC0415

    try:
        files, root = fsspec.core.url_to_fs(url)
    except ImportError as error:
        raise StorageError(f"Exports to {protocol}:// need a further package: pip install '{package}'.") from error
    except Exception as error:
        # As above.
        raise StorageError(f"Cannot open the export's destination: {_sentence(error)}") from error
    return files, str(root).rstrip("/")


def _sentence(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".strip().rstrip(".:") + "."
