"""From a record to an mParticle batch with at most one event."""
