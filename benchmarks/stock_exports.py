"""The CDK's own file-based source, which reads lines of JSON into one raw stream: what ours is compared with.

Nothing of it is ours but the reader of files, which the CDK leaves to each connector. It reads a folder of this machine
or a bucket through fsspec, in the same blocks as ours. Its options: `url`, and those of the file system.
"""

import logging
import sys
from collections.abc import Iterable
from datetime import datetime, timezone
from io import IOBase
from typing import Any, cast

# Of all of ours, this one fact: the blocks are of one size. Its package comes first, because it keeps out the CDK's
# parser of office documents, which would make this source start seconds later.
from source_mparticle_exports.storage import BLOCK_BYTES

# isort: split
import fsspec
from airbyte_cdk.entrypoint import AirbyteEntrypoint, launch
from airbyte_cdk.sources.file_based.config.abstract_file_based_spec import AbstractFileBasedSpec
from airbyte_cdk.sources.file_based.file_based_source import DEFAULT_CONCURRENCY, FileBasedSource
from airbyte_cdk.sources.file_based.file_based_stream_reader import AbstractFileBasedStreamReader, FileReadMode
from airbyte_cdk.sources.file_based.remote_file import RemoteFile
from pydantic.v1 import AnyUrl


class Spec(AbstractFileBasedSpec):
    """Where the files are."""

    url: str
    file_system: dict[str, Any]

    @classmethod
    def documentation_url(cls) -> AnyUrl:
        """No page."""
        return cast("AnyUrl", "https://example.com")


class Reader(AbstractFileBasedStreamReader):
    """Reads files through fsspec."""

    @property
    def config(self) -> AbstractFileBasedSpec | None:
        """The configuration."""
        return self._spec

    @config.setter
    def config(self, value: AbstractFileBasedSpec) -> None:
        spec = cast("Spec", value)
        self._spec = spec
        self._files, self._root = fsspec.core.url_to_fs(spec.url, **spec.file_system)

    def open_file(self, file: RemoteFile, mode: FileReadMode, encoding: str | None, logger: logging.Logger) -> IOBase:  # noqa: ARG002
        """Open a file, as the CDK's parser asks for it: as text."""
        opened = self._files.open(file.uri, mode.value, encoding=encoding, block_size=BLOCK_BYTES)
        return cast("IOBase", opened)

    def get_matching_files(self, globs: list[str], prefix: str | None, logger: logging.Logger) -> Iterable[RemoteFile]:  # noqa: ARG002
        """Return all files."""
        for path, entry in self._files.find(self._root, detail=True).items():
            modified = entry.get("LastModified") or datetime.fromtimestamp(entry["mtime"], timezone.utc)
            yield RemoteFile(uri=path, last_modified=modified.replace(tzinfo=None))


class StockSource(FileBasedSource):
    """As Airbyte's own file-based sources are put together."""

    _concurrency_level = DEFAULT_CONCURRENCY  # type: ignore[assignment] # as the CDK asks to


def run(arguments: list[str]) -> None:
    """Run one Airbyte command."""
    catalog, config = AirbyteEntrypoint.extract_catalog(arguments), AirbyteEntrypoint.extract_config(arguments)
    source = StockSource(
        Reader(),
        Spec,
        StockSource.read_catalog(catalog) if catalog else None,
        StockSource.read_config(config) if config else None,
        None,
    )
    launch(source, arguments)


if __name__ == "__main__":
    run(sys.argv[1:])
