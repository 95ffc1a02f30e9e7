"""List the files of a storage, without the date folders that cannot hold anything new."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import Any, Final

from source_mparticle_exports.records.file_name import folder_day
from source_mparticle_exports.storage import Storage

# What the file systems call the time of a file's last change, the most exact first.
_TIMES: Final = ("LastModified", "last_modified", "updated", "mtime", "creation_time", "created")


@dataclass(frozen=True)
class ListedFile:
    """One file: its path below the root, and when it was last written."""

    path: str
    modified: datetime
    """UTC, without a zone, as the CDK compares times."""
    size: int


def list_files(storage: Storage, oldest_day: date | None) -> Iterator[ListedFile]:
    """Return the files of a storage. Date folders before `oldest_day` are not listed.

    Raises `FileNotFoundError` where the root does not exist.
    """
    if oldest_day is None:
        found = _found(storage, storage.root)
        if not found and not storage.filesystem.exists(storage.root):
            raise FileNotFoundError(storage.root)
        yield from _files(storage, found)
    else:
        yield from _walk(storage, storage.root, oldest_day)


def _walk(storage: Storage, folder: str, oldest_day: date) -> Iterator[ListedFile]:
    entries = storage.filesystem.ls(folder, detail=True)
    yield from _files(storage, (entry for entry in entries if entry["type"] == "file"))
    for entry in entries:
        # Some stores list a folder as an entry of itself.
        if entry["type"] != "directory" or storage.relative(entry["name"]) == storage.relative(folder):
            continue
        day = folder_day(entry["name"].rstrip("/").rsplit("/", 1)[-1])
        if day is None:
            yield from _walk(storage, entry["name"], oldest_day)
        elif day >= oldest_day:
            yield from _files(storage, _found(storage, entry["name"]))


def _found(storage: Storage, folder: str) -> list[Any]:
    """Return all files below a folder. Raises `OSError` where a part of it cannot be listed."""
    if not storage.is_local:
        return [*storage.filesystem.find(folder, detail=True).values()]
    # Of a folder of this machine, fsspec's own leaves such a part out.
    found, folders = [], [folder]
    while folders:
        for entry in storage.filesystem.ls(folders.pop(), detail=True):
            if entry["type"] == "directory":
                folders.append(entry["name"])
            else:
                found.append(entry)
    return found


def _files(storage: Storage, entries: Any) -> Iterator[ListedFile]:
    for entry in entries:
        if entry["type"] == "file" and not entry["name"].endswith("/"):
            if not storage.relative(entry["name"]):
                raise NotADirectoryError(storage.root)
            yield ListedFile(storage.relative(entry["name"]), _modified(entry), entry.get("size") or 0)


def _modified(entry: dict[str, Any]) -> datetime:
    """Return when a file was last written. Raises `TypeError` where the file system does not say."""
    value = next((entry[name] for name in _TIMES if entry.get(name) is not None), None)
    if isinstance(value, int | float):
        value = datetime.fromtimestamp(value, tz=timezone.utc)
    elif isinstance(value, str):
        value = datetime.fromisoformat(value.replace("Z", "+00:00"))
    if not isinstance(value, datetime):
        raise TypeError("The storage does not say when a file was last written.")
    return value.astimezone(timezone.utc).replace(tzinfo=None) if value.tzinfo else value
