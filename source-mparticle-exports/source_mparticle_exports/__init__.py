"""Airbyte source that reads what mParticle exports to object storage."""

from source_mparticle_exports import unneeded_parsers

# Before anything imports the CDK's file-based framework.
unneeded_parsers.prepare()
