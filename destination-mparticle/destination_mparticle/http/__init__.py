"""One HTTP exchange, what its response says, and when to try again."""
