"""The seeded data: a retail and travel company, its integrations, people and timestamps."""
