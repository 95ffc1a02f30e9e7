"""mParticle's Platform API: the accounts of an organization."""
