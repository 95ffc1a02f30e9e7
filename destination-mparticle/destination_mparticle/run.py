"""The console script."""

import sys

from destination_mparticle.shutdown import exit_at_once


def run() -> None:
    """Run the command that the command line names."""
    # As process 1 of a container, nothing would end it before these are set, and the imports take a second.
    exit_at_once()
    from destination_mparticle import commands  # noqa: PLC0415

    commands.run(sys.argv[1:])
