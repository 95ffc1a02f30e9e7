"""The CDK's parser of files, for newline-delimited exports."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from airbyte_cdk.sources.file_based.config.file_based_stream_config import FileBasedStreamConfig
from airbyte_cdk.sources.file_based.file_based_stream_reader import AbstractFileBasedStreamReader, FileReadMode
from airbyte_cdk.sources.file_based.file_types.file_type_parser import FileTypeParser
from airbyte_cdk.sources.file_based.remote_file import RemoteFile
from airbyte_cdk.sources.file_based.schema_helpers import SchemaType

from source_mparticle_exports.lines import LONGEST_LINE_BYTES, UnreadableFileError, numbered_lines
from source_mparticle_exports.records.file_name import FileKind, parse_file_name
from source_mparticle_exports.records.line import Batch, BrokenLineError, MembershipChange, parse_line
from source_mparticle_exports.records.streams import STREAMS
from source_mparticle_exports.storage_errors import config_error

_NAMED_LINES: Final = 10


@dataclass
class _Skipped:
    """The broken lines of one file that were skipped."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, number: int, reason: str) -> None:
        self.count += 1
        if len(self.first) < _NAMED_LINES:
            self.first.append(f"line {number}: {reason}")


class ExportParser(FileTypeParser):
    """Makes the rows of one stream of the lines of a file."""

    def __init__(self, *, skips_broken_lines: bool) -> None:
        self._skips_broken_lines = skips_broken_lines

    @property
    def file_read_mode(self) -> FileReadMode:
        """Bytes: whether they are compressed is seen in them."""
        return FileReadMode.READ_BINARY

    def check_config(self, config: FileBasedStreamConfig) -> tuple[bool, str | None]:  # noqa: ARG002 - the CDK's
        """Accept the configuration: its specification has said all."""
        return True, None

    async def infer_schema(
        self,
        config: FileBasedStreamConfig,
        file: RemoteFile,  # noqa: ARG002 - the CDK's signature
        stream_reader: AbstractFileBasedStreamReader,  # noqa: ARG002 - as above
        logger: logging.Logger,  # noqa: ARG002 - as above
    ) -> SchemaType:
        """Return the columns of the stream. They are declared, not guessed from files."""
        return dict(STREAMS[config.name].json_schema["properties"])

    def parse_records(
        self,
        config: FileBasedStreamConfig,
        file: RemoteFile,
        stream_reader: AbstractFileBasedStreamReader,
        logger: logging.Logger,
        discovered_schema: Mapping[str, SchemaType] | None,  # noqa: ARG002 - rows are what is declared
    ) -> Iterable[dict[str, Any]]:
        """Return the rows of a file.

        Raises `AirbyteTracedException` (config error), which names file and line, at a broken line unless these are
        skipped, and where the rest of the file cannot be read.
        """
        stream, skipped = STREAMS[config.name], _Skipped()
        for line in self._lines(file, stream_reader, logger, skipped):
            yield from stream.rows(line)
        if skipped.count:
            more = "; and more" if skipped.count > _NAMED_LINES else ""
            lines = "; ".join(skipped.first)
            logger.warning(
                "Skipped %d broken lines of %s for %s: %s.", skipped.count, file.uri, config.name, lines + more
            )

    def try_first(self, file: RemoteFile, stream_reader: AbstractFileBasedStreamReader, logger: logging.Logger) -> None:
        """Read a file as far as its first export. Raises as `parse_records` does."""
        next(iter(self._lines(file, stream_reader, logger, _Skipped())), None)

    def _lines(
        self,
        file: RemoteFile,
        stream_reader: AbstractFileBasedStreamReader,
        logger: logging.Logger,
        skipped: _Skipped,
    ) -> Iterable[Batch | MembershipChange]:
        name = parse_file_name(file.uri)
        with stream_reader.open_file(file, self.file_read_mode, None, logger) as opened:
            try:
                for number, line in numbered_lines(opened):  # type: ignore[arg-type] # the CDK says IOBase
                    try:
                        parsed = parse_line(_whole(line), name)
                        _check_kind(parsed, name.kind)
                    except BrokenLineError as broken:
                        self._refuse(file, number, str(broken), skipped)
                    else:
                        if parsed is not None:
                            yield parsed
            except UnreadableFileError as unreadable:
                raise config_error(f"The file {file.uri} cannot be read: {unreadable}.") from unreadable

    def _refuse(self, file: RemoteFile, number: int, reason: str, skipped: _Skipped) -> None:
        if not self._skips_broken_lines:
            raise config_error(
                f"Line {number} of {file.uri} is broken: {reason}. Mend or remove the file,"
                " or let broken lines be skipped (on_broken_line)."
            ) from None
        skipped.add(number, reason)


def _check_kind(line: Batch | MembershipChange | None, kind: FileKind) -> None:
    """Raise `BrokenLineError` for a line that no stream looks for in such a file."""
    if kind is FileKind.EVENTS and isinstance(line, MembershipChange):
        raise BrokenLineError("it is a change of an audience's membership, and the file is named as one of events")
    if kind is FileKind.AUDIENCE and isinstance(line, Batch):
        raise BrokenLineError("it is an event batch, and the file is named as one of an audience")


def _whole(line: bytes | None) -> bytes:
    if line is None:
        raise BrokenLineError(f"it is longer than {LONGEST_LINE_BYTES} bytes")
    return line
