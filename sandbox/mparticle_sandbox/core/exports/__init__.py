"""What mParticle writes to storage of what the Events API accepted: its form, its files and their names. No I/O."""
