"""Whether a batch may leave: mParticle's shape and limits."""
