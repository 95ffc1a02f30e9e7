"""The CDK's stream over files, for one stream of this connector."""

import logging
from collections.abc import Iterable
from datetime import date
from typing import Any

from airbyte_cdk.models import AirbyteMessage
from airbyte_cdk.sources.file_based.file_based_stream_reader import AbstractFileBasedStreamReader
from airbyte_cdk.sources.file_based.remote_file import RemoteFile
from airbyte_cdk.sources.file_based.stream import DefaultFileBasedStream
from airbyte_cdk.sources.file_based.types import StreamSlice

from source_mparticle_exports.cursor import ExportCursor
from source_mparticle_exports.records.file_name import FileKind
from source_mparticle_exports.records.streams import STREAMS
from source_mparticle_exports.row_lines import as_message, row_lines
from source_mparticle_exports.stream_reader import ExportReader


class ExportFileStream(DefaultFileBasedStream):
    """Rows of one kind, from all files that may hold them."""

    stream_reader: AbstractFileBasedStreamReader

    @property
    def primary_key(self) -> str:
        """The column that is the same for a row that comes again."""
        return STREAMS[self.name].primary_key

    def get_files(self) -> Iterable[RemoteFile]:
        """Return the files that may hold rows of this stream, but for date folders that were read long ago."""
        reader, stream = self.stream_reader, STREAMS[self.name]
        if not isinstance(reader, ExportReader):
            raise TypeError("This stream reads exports of mParticle.")
        kinds = frozenset(kind for kind in FileKind if stream.reads(kind))
        return reader.files_of(kinds, self._oldest_day, self._log)

    def read_records_from_slice(self, stream_slice: StreamSlice) -> Iterable[AirbyteMessage]:
        """Return the rows of the files of a slice, many in a message.

        Whatever goes wrong ends the stream as incomplete. The CDK's own would log most errors, and go on as if the file
        had been read.
        """
        parser = self.get_parser()
        for file in stream_slice["files"]:
            modified = file.last_modified.strftime(self.DATE_TIME_FORMAT)
            rows = parser.parse_records(self.config, file, self.stream_reader, self._log, self.catalog_schema)
            with_file = (self.transform_record(row, file, modified) for row in rows)
            for lines in row_lines(self.name, with_file):
                yield as_message(self.name, lines)
            self._cursor.add_file(file)

    def _get_raw_json_schema(self) -> dict[str, Any]:
        return STREAMS[self.name].json_schema

    @property
    def _oldest_day(self) -> date | None:
        return self._cursor.oldest_day if isinstance(self._cursor, ExportCursor) else None

    @property
    def _log(self) -> logging.Logger:
        return logging.getLogger(f"airbyte.source-mparticle-exports.{self.name}")
