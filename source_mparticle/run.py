"""The console script."""

import sys

from source_mparticle.shutdown import Shutdown


def run() -> None:
    """Run one Airbyte command: spec, check, discover or read."""
    # First of all: the imports take seconds, and as process 1 of a container nothing would end it before.
    shutdown = Shutdown.install()
    arguments = sys.argv[1:]
    from source_mparticle import direct_commands  # noqa: PLC0415

    if direct_commands.can_run(arguments):
        shutdown.finish_output = direct_commands.finish_output
        sys.exit(direct_commands.run(arguments))
    from source_mparticle import commands  # noqa: PLC0415

    shutdown.finish_output = commands.finish_output
    sys.exit(commands.run(arguments))
