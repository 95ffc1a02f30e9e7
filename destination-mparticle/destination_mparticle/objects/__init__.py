"""The objects that can be written."""
