"""The console script."""

import sys

from source_mparticle.interruption import Interruption


def run() -> None:
    """Run one Airbyte command: spec, check, discover or read."""
    # First of all: the imports take seconds, and as process 1 of a container nothing would end it before.
    interruption = Interruption.install()
    from source_mparticle import commands  # noqa: PLC0415

    interruption.finish_output = commands.finish_output
    sys.exit(commands.run(sys.argv[1:]))
