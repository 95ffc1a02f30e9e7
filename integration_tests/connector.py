"""Helper: the source's commands, as command lines to start.

Most tests start children that are forked from a process which has imported the source. What differs in a process of its
own needs one: how it starts, its memory, what is installed.
"""

import atexit
import sys
from functools import cache
from pathlib import Path

from mparticle_sandbox.testing.fork_server import ForkServer

PROCESS = [sys.executable, "-m", "source_mparticle"]
CONSOLE_SCRIPT = [str(Path(sys.executable).with_name("source-mparticle"))]


def command(*arguments: str) -> list[str]:
    """The command line of a forked child."""
    return [*fork_server().command, *arguments]


@cache
def fork_server() -> ForkServer:
    """One for each process of the test run, started when a test first asks for it."""
    server = ForkServer("source_mparticle", preload=["integration_tests.preload"]).__enter__()
    atexit.register(server.__exit__, None, None, None)
    return server
