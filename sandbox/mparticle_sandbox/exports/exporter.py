"""Writes the exports of a sandbox."""

import threading
from collections import deque
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, final

from mparticle_sandbox.core.collection import Entity
from mparticle_sandbox.core.events_api.batch_store import StoredBatch
from mparticle_sandbox.core.exports import drawn, file_names
from mparticle_sandbox.core.exports.audience_changes import AudienceChange, changes_text
from mparticle_sandbox.core.exports.options import ExportOptions
from mparticle_sandbox.core.exports.queue import ExportFile, ExportQueue, compressed
from mparticle_sandbox.exports.storage import Storage, StorageError

_AUDIENCES = "audiences"
_KEPT_PATHS = 10_000


@final
class Exporter:
    """Collects in the thread that serves requests; `write` may run in any other.

    A file that could not be written is tried again by the next `write`.
    """

    def __init__(
        self, options: ExportOptions, seed: int, storage: Storage, apps: Mapping[str, str], mpids: Mapping[str, int]
    ) -> None:
        """`apps`: the name of the app by the key of its input. `mpids`: of the known users of production, by key."""
        self._queue = ExportQueue(options, seed, mpids)
        self._apps = apps
        self._seed = seed
        self._storage = storage
        self._unwritten: deque[ExportFile] = deque()
        self._writing = threading.Lock()
        self._written = 0
        self._paths: deque[str] = deque(maxlen=_KEPT_PATHS)
        self._failure: str | None = None

    @property
    def is_due(self) -> bool:
        """Whether as many batches wait as files are written for."""
        return self._queue.is_due

    def add(self, api_key: str, batch: StoredBatch) -> None:
        """Take a batch that was accepted with this key."""
        app = self._apps[api_key]
        try:
            self._queue.add(batch, app)
        except RecursionError:
            # It is as deep as JSON could just be read. A thread has the whole stack for it.
            with ThreadPoolExecutor(1) as thread:
                thread.submit(self._queue.add, batch, app).result()

    def collect(self, now: float, *, everything: bool) -> None:
        """Make files of what waits, for `write`. `now`: seconds since the epoch."""
        self._unwritten.extend(self._queue.take(_microseconds(now), everything=everything))

    def collect_verification(self, now: float) -> None:
        """Make the file with which mParticle tries a destination."""
        name, content = file_names.bucket_verification(self._time(now)), b"{}"
        if self._storage.is_azure:
            name, content = file_names.AZURE_VALIDATION, b""
        self._unwritten.append(ExportFile(self._path(name), content))

    def collect_audiences(self, changed: Iterable[tuple[Entity, list[AudienceChange]]], now: float) -> None:
        """Make a file for each audience and its changes, and the empty one that lies beside them."""
        for audience, changes in changed:
            at_us = self._time(now)
            name = file_names.audience_file(
                audience["name"], audience["id"], at_us, drawn.guid("audience", self._seed, at_us, audience["id"])
            )
            text = changes_text(changes, _microseconds(now) // 1000)
            self._unwritten.append(ExportFile(self._path(_AUDIENCES, name), compressed(text, self._queue.options)))
        validation = file_names.audience_validation(self._time(now))
        self._unwritten.append(ExportFile(self._path(_AUDIENCES, validation), b""))

    def write(self) -> list[str]:
        """Write every file that is made, and return their paths; raise StorageError at the first that fails."""
        paths: list[str] = []
        with self._writing:
            while self._unwritten:
                file = self._unwritten[0]
                try:
                    self._storage.write(file.path, file.content)
                except StorageError as error:
                    self._failure = str(error)
                    raise
                self._unwritten.popleft()
                self._written += 1
                self._paths.append(file.path)
                paths.append(file.path)
            self._failure = None
        return paths

    def forget(self) -> None:
        """Forget what is not written, and all counts; what is written stays."""
        with self._writing:
            self._queue.forget()
            self._unwritten.clear()
            self._paths.clear()
            self._written = 0
            self._failure = None

    def report(self) -> dict[str, Any]:
        """Return what was written, and what waits."""
        return {
            "batches": self._queue.batches,
            "lines": dict(self._queue.lines),
            "waiting_lines": self._queue.waiting,
            "waiting_files": len(self._unwritten),
            "written_files": self._written,
            "files": list(self._paths),
            "failure": self._failure,
        }

    def _path(self, *parts: str) -> str:
        return "/".join(part for part in (self._queue.options.folder, *parts) if part)

    def _time(self, now: float) -> int:
        return self._queue.time_for_name(_microseconds(now))


def _microseconds(seconds: float) -> int:
    return int(seconds * 1_000_000)
