"""Look whether the exports can be read."""

import logging

from airbyte_cdk.utils import AirbyteTracedException
from airbyte_cdk.utils.airbyte_secrets_utils import filter_secrets

from source_mparticle_exports.parser import ExportParser
from source_mparticle_exports.records.file_name import FileKind
from source_mparticle_exports.stream_reader import ExportReader


def problem_with(reader: ExportReader, parser: ExportParser, logger: logging.Logger) -> str | None:
    """Return what keeps the exports from being read, or None.

    All files are listed, and the newest one is read as far as its first export.
    """
    try:
        if not reader.everything(None, logger):
            return (
                "Nothing lies there. mParticle writes a verification file as soon as an output is set up,"
                " so the folder, bucket or path may be another."
            )
        _read_newest(reader, parser, logger)
    except AirbyteTracedException as known:
        return known.message
    except Exception as error:
        logger.exception("The exports could not be read.")
        return filter_secrets(f"The exports cannot be read: {type(error).__name__}: {error}")
    return None


def _read_newest(reader: ExportReader, parser: ExportParser, logger: logging.Logger) -> None:
    files = list(reader.files_of(frozenset({FileKind.EVENTS, FileKind.AUDIENCE, FileKind.UNKNOWN}), None, logger))
    if not files:
        logger.info("There are no exports yet that the configuration asks for.")
        return
    newest = max(files, key=lambda file: (file.last_modified, file.uri))
    parser.try_first(newest, reader, logger)
