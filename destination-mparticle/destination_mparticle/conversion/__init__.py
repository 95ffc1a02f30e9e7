"""From a record's values to the values that mParticle stores."""
