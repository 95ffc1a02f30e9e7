"""Reads an mParticle account into DuckDB with PyAirbyte, and writes results of the warehouse back: `make demo`."""
