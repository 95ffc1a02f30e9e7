"""What a user configured: normalized, checked against the spec, and every error in a sentence. No I/O, no Airbyte."""
