"""What a user configured: tidied, checked against the spec, and every problem in a sentence. No I/O, no Airbyte."""
