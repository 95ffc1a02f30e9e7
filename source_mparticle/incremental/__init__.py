"""Incremental reading: every list is read whole, and rows that the saved state proves old are left out."""
