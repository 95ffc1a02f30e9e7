"""Which calls are made to which API, in which order."""
