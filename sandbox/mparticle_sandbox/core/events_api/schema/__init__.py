"""What a batch may look like, as tables: mParticle's published schema, and its reference where the schema is wrong."""
