"""The entry point: reads the files named on the command line, builds the source with them and launches it."""

import sys
from collections.abc import Callable
from typing import TypeVar

from airbyte_cdk.entrypoint import AirbyteEntrypoint, launch
from airbyte_cdk.exception_handler import init_uncaught_exception_handler
from airbyte_cdk.logger import init_logger

from source_mparticle.source import SourceMparticle

Parsed = TypeVar("Parsed")


def run() -> None:
    """Run one Airbyte command: spec, check, discover or read.

    The source needs its files when it is built, so they are read before the CDK's entry point reads them again.
    The exception handler comes first: a file that cannot be read becomes a trace message and a non-zero exit.
    """
    arguments = sys.argv[1:]
    init_uncaught_exception_handler(init_logger("airbyte"))
    paths = vars(AirbyteEntrypoint.parse_args(arguments))

    def read(option: str, reader: Callable[[str], Parsed]) -> Parsed | None:
        return reader(paths[option]) if paths.get(option) else None

    source = SourceMparticle(
        catalog=read("catalog", SourceMparticle.read_catalog),
        config=read("config", SourceMparticle.read_config),
        state=read("state", SourceMparticle.read_state),
        config_path=paths.get("config"),
    )
    launch(source, arguments)
