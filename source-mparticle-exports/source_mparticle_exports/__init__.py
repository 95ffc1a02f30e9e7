"""Airbyte source that reads what mParticle exports to object storage."""
