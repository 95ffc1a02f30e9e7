"""User profiles: looked up one user at a time, because mParticle has no list of them. No Airbyte."""
