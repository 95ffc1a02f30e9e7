"""The CDK's reader of files, over any storage of fsspec."""

import logging
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timezone
from io import IOBase
from threading import Lock
from typing import cast

from airbyte_cdk.sources.file_based.config.abstract_file_based_spec import AbstractFileBasedSpec
from airbyte_cdk.sources.file_based.file_based_stream_reader import AbstractFileBasedStreamReader, FileReadMode
from airbyte_cdk.sources.file_based.remote_file import RemoteFile

from source_mparticle_exports.config import ExportsConfig
from source_mparticle_exports.lines import decompressed
from source_mparticle_exports.listing import ListedFile, list_files
from source_mparticle_exports.records.file_name import FileKind, is_app, parse_file_name
from source_mparticle_exports.storage import Storage, open_storage

_NEVER_READ = {FileKind.VERIFICATION: "verification", FileKind.HIDDEN: "hidden"}


class ExportReader(AbstractFileBasedStreamReader):
    """Lists and opens exported files. All streams of a run share one listing."""

    def __init__(self) -> None:
        super().__init__()
        self._parsed: ExportsConfig | None = None
        self._storage: Storage | None = None
        self._listings: dict[date | None, list[ListedFile]] = {}
        self._lock = Lock()

    @property
    def config(self) -> ExportsConfig | None:
        """The configuration, once the source has parsed it."""
        return self._parsed

    @config.setter
    def config(self, value: AbstractFileBasedSpec) -> None:
        if not isinstance(value, ExportsConfig):
            raise TypeError("This reader reads exports of mParticle.")
        if self._parsed is None or value.storage != self._parsed.storage:
            self._storage = open_storage(value.storage_config)
            self._listings.clear()
        self._parsed = value

    def open_file(
        self,
        file: RemoteFile,
        mode: FileReadMode,  # noqa: ARG002 - always bytes
        encoding: str | None,  # noqa: ARG002 - the parser knows it
        logger: logging.Logger,  # noqa: ARG002 - the CDK's signature
    ) -> IOBase:
        """Open a file, unpacked."""
        return cast("IOBase", decompressed(self._opened_storage().open(file.uri)))

    def get_matching_files(
        self,
        globs: list[str],  # noqa: ARG002 - the kinds of files are mParticle's
        prefix: str | None,  # noqa: ARG002 - as above
        logger: logging.Logger,
    ) -> Iterable[RemoteFile]:
        """Return all files that may hold exports."""
        return self.files_of(frozenset(FileKind) - _NEVER_READ.keys(), None, logger)

    def files_of(
        self, kinds: frozenset[FileKind], oldest_day: date | None, logger: logging.Logger
    ) -> Iterable[RemoteFile]:
        """Return the files of some kinds that the configuration asks for.

        Date folders before `oldest_day` are left out. An app is chosen by the file's name; audience files have none.
        """
        for file in self.everything(oldest_day, logger):
            name = parse_file_name(file.path)
            if name.kind in kinds and self._is_asked_for(name.kind, name.app_name, name.time or file.modified):
                yield RemoteFile(uri=file.path, last_modified=file.modified)

    def everything(self, oldest_day: date | None, logger: logging.Logger) -> list[ListedFile]:
        """Return every file there is. Raises a config error where the folder is not there or may not be listed."""
        with self._lock:
            if oldest_day not in self._listings:
                self._listings[oldest_day] = self._listed(oldest_day, logger)
            return self._listings[oldest_day]

    def _listed(self, oldest_day: date | None, logger: logging.Logger) -> list[ListedFile]:
        storage = self._opened_storage()
        try:
            found = list(list_files(storage, oldest_day))
        except Exception as error:
            raise storage.error(error, "list the exports") from error
        self._report(found, oldest_day, logger)
        return found

    def _report(self, found: list[ListedFile], oldest_day: date | None, logger: logging.Logger) -> None:
        counts = Counter(parse_file_name(file.path).kind for file in found)
        ignored = ", ".join(f"{counts[kind]} {word}" for kind, word in _NEVER_READ.items() if counts[kind])
        logger.info("Found %d files. Ignored: %s.", len(found), ignored or "none")
        if oldest_day is not None:
            logger.info("Date folders before %s were not listed: they were read long ago.", oldest_day)

    def _is_asked_for(self, kind: FileKind, app_name: str | None, moment: datetime) -> bool:
        config = self._parsed
        if config is None:
            return True
        if config.chosen_apps and kind is not FileKind.AUDIENCE and not is_app(app_name, config.chosen_apps):
            return False
        start = self._parse_start_date(config.start_date) if config.start_date else None
        return start is None or _without_zone(moment) >= start

    def _opened_storage(self) -> Storage:
        if self._storage is None:
            raise RuntimeError("The reader has no configuration yet.")
        return self._storage


def _without_zone(moment: datetime) -> datetime:
    return moment.astimezone(timezone.utc).replace(tzinfo=None) if moment.tzinfo else moment
