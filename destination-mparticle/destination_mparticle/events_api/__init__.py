"""Sending batches to the Events API."""
