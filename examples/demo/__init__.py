"""Reads an mParticle account into DuckDB with PyAirbyte, shows its tables and draws its audiences: `make demo`."""
