"""The console script."""

import os
import signal
import sys
from contextlib import suppress
from typing import Final, NoReturn

from airbyte_cdk.entrypoint import AirbyteEntrypoint

from source_mparticle_exports.entrypoint import run_command
from source_mparticle_exports.source import SourceMparticleExports

# Several threads make rows, and one runs at a time. Python lets them change every 5 ms, which takes a fifth of a read;
# much longer, and what the storage sends would wait.
_SECONDS_OF_A_THREAD: Final = 0.02

# As shells count: the number of the signal is added to it.
_SIGNALLED: Final = 128


def run() -> None:
    """Run one Airbyte command: spec, check, discover or read."""
    sys.setswitchinterval(_SECONDS_OF_A_THREAD)
    arguments = sys.argv[1:]
    try:
        run_command(_source(arguments), arguments)
    except SystemExit:
        raise
    except BaseException as error:  # noqa: BLE001 - the end of the process
        _end(error)


def _end(error: BaseException) -> NoReturn:
    """End at once. Python would wait for the threads that read, and these for room for their rows."""
    code = 1
    with suppress(OSError):
        if isinstance(error, KeyboardInterrupt):
            code = _SIGNALLED + signal.SIGINT
        elif isinstance(error, BrokenPipeError):
            code = _SIGNALLED + signal.SIGPIPE
        else:
            # The CDK's, which writes a trace message.
            sys.excepthook(type(error), error, error.__traceback__)
        sys.stderr.flush()
        sys.stdout.flush()
    os._exit(code)


def _source(arguments: list[str]) -> SourceMparticleExports:
    """Return the source with the files that the arguments name: the CDK's file-based sources want them at once."""
    catalog = AirbyteEntrypoint.extract_catalog(arguments)
    config = AirbyteEntrypoint.extract_config(arguments)
    state = AirbyteEntrypoint.extract_state(arguments)
    return SourceMparticleExports(
        SourceMparticleExports.read_catalog(catalog) if catalog else None,
        SourceMparticleExports.read_config(config) if config else None,
        SourceMparticleExports.read_state(state) if state else None,
    )
