"""Sends a loyalty platform's members and events to mParticle: `python -m examples.loyalty_sync.run`."""
