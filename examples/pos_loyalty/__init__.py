"""A point-of-sale loyalty platform's events into mParticle, by SQL views and one mapping."""
