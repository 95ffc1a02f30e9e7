"""The console script."""

import sys

from airbyte_cdk.entrypoint import AirbyteEntrypoint

from source_mparticle_exports.entrypoint import run_command
from source_mparticle_exports.source import SourceMparticleExports


def run() -> None:
    """Run one Airbyte command: spec, check, discover or read."""
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
