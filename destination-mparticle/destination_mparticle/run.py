"""The console script."""

import sys

from destination_mparticle import commands


def run() -> None:
    """Run the command that the command line names."""
    commands.run(sys.argv[1:])
