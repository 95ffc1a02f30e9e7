"""What mParticle exported, as tables of a DuckDB file."""
