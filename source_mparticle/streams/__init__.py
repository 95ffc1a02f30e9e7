"""The streams that are Python classes: what the manifest cannot declare."""
