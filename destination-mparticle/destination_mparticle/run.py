"""The console script."""

import sys

from destination_mparticle.shutdown import exit_at_once, leave


def run() -> None:
    """Run the command that the command line names."""
    # As process 1 of a container, nothing would end it before these are set, and the imports take a third of a second.
    exit_at_once()
    from destination_mparticle import commands  # noqa: PLC0415

    try:
        commands.run(sys.argv[1:])
    except SystemExit as end:
        leave(int(end.code or 0))
    leave(0)
