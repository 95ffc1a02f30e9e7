"""Look whether the exports can be read."""

import logging

from airbyte_cdk.sources.file_based.config.file_based_stream_config import FileBasedStreamConfig
from airbyte_cdk.sources.file_based.file_types.file_type_parser import FileTypeParser
from airbyte_cdk.utils import AirbyteTracedException
from airbyte_cdk.utils.airbyte_secrets_utils import filter_secrets

from source_mparticle_exports.records.file_name import FileKind
from source_mparticle_exports.stream_reader import ExportReader


def problem_with(
    reader: ExportReader, parser: FileTypeParser, streams: list[FileBasedStreamConfig], logger: logging.Logger
) -> str | None:
    """Return what keeps the exports from being read, or None.

    All files are listed, and the newest one is read as far as its first row.
    """
    try:
        if not reader.everything(None, logger):
            return (
                "Nothing lies there. mParticle writes a verification file as soon as an output is set up,"
                " so the folder, bucket or path may be another."
            )
        _read_newest(reader, parser, streams, logger)
    except AirbyteTracedException as known:
        return known.message
    except Exception as error:
        logger.exception("The exports could not be read.")
        return filter_secrets(f"The exports cannot be read: {type(error).__name__}: {error}")
    return None


def _read_newest(
    reader: ExportReader, parser: FileTypeParser, streams: list[FileBasedStreamConfig], logger: logging.Logger
) -> None:
    files = list(reader.files_of(frozenset({FileKind.EVENTS, FileKind.AUDIENCE, FileKind.UNKNOWN}), None, logger))
    if not files:
        logger.info("There are no exports yet that the configuration asks for.")
        return
    newest = max(files, key=lambda file: (file.last_modified, file.uri))
    next(iter(parser.parse_records(streams[0], newest, reader, logger, None)), None)
