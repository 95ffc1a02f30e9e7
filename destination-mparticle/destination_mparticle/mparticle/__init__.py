"""What mParticle's documentation fixes: limits, hosts, identities and the form of a batch."""
