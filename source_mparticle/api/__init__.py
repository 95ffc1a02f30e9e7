"""What this connector knows of mParticle's HTTP API. Nothing in this package imports Airbyte."""
