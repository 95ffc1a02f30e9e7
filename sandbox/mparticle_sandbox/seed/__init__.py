"""The vocabulary of the seeded data: names of a retail and travel company, moments in time."""
