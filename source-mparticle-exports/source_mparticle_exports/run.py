"""The console script."""

import sys
from typing import Final

from airbyte_cdk.entrypoint import AirbyteEntrypoint

from source_mparticle_exports.entrypoint import run_command
from source_mparticle_exports.source import SourceMparticleExports

# Several threads make rows, and one runs at a time. Python lets them change every 5 ms, which takes a fifth of a read;
# much longer, and what the storage sends would wait.
_SECONDS_OF_A_THREAD: Final = 0.02


def run() -> None:
    """Run one Airbyte command: spec, check, discover or read."""
    sys.setswitchinterval(_SECONDS_OF_A_THREAD)
    arguments = sys.argv[1:]
    run_command(_source(arguments), arguments)


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
