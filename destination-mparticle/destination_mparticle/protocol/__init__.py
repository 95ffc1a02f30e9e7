"""Airbyte's messages: what comes in on stdin and goes out on stdout."""
