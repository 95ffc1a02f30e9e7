"""mParticle's events as the loyalty platform's: the way back."""
