"""Helper: the commands of the source, and those of the other connectors, as command lines to start.

Most tests start children that are forked from a process which has imported the connector. What differs in a process of
its own needs one: how it starts, its memory, what is installed.
"""

import atexit
import sys
from functools import cache
from pathlib import Path

from mparticle_sandbox.testing.fork_server import DESTINATION_COMMANDS, ForkServer

PROCESS = [sys.executable, "-m", "source_mparticle"]
DESTINATION_PROCESS = [sys.executable, "-m", "destination_mparticle"]
CONSOLE_SCRIPT = [str(Path(sys.executable).with_name("source-mparticle"))]


def command(*arguments: str) -> list[str]:
    """The command line of a forked child."""
    return [*fork_server().command, *arguments]


@cache
def fork_server() -> ForkServer:
    """The source's: one for each process of the test run, started when a test first asks for it."""
    return _started("source_mparticle", "integration_tests.preload")


def destination_command(*arguments: str) -> list[str]:
    """The command line of a forked child of the destination."""
    return [*_destination_fork_server().command, *arguments]


@cache
def _destination_fork_server() -> ForkServer:
    # With all that a store in S3 imports.
    return _started("destination_mparticle", *DESTINATION_COMMANDS, "s3fs", "aiobotocore.session")


def exports_command(*arguments: str) -> list[str]:
    """The command line of a forked child of the source of exports."""
    return [*_exports_fork_server().command, *arguments]


@cache
def _exports_fork_server() -> ForkServer:
    return _started("source_mparticle_exports", "source_mparticle_exports.run")


def _started(module: str, *preload: str) -> ForkServer:
    server = ForkServer(module, preload=preload).__enter__()
    atexit.register(server.__exit__, None, None, None)
    return server
