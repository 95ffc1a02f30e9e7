"""The test kit: configurations, catalogs and messages for tests, examples and benchmarks of connectors.

Nothing here needs pytest, except `mparticle_sandbox.testing.plugin`, which holds the fixtures.
"""

from mparticle_sandbox.testing.catalogs import configured_catalog, configured_stream
from mparticle_sandbox.testing.configs import (
    NO_RATE_LIMIT,
    destination_config,
    profiles_option,
    source_config,
    stream_mapping,
)
from mparticle_sandbox.testing.protocol import command_files, record, state

__all__ = [
    "NO_RATE_LIMIT",
    "command_files",
    "configured_catalog",
    "configured_stream",
    "destination_config",
    "profiles_option",
    "record",
    "source_config",
    "state",
    "stream_mapping",
]
