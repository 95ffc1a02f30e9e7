"""From a mapped record to a packed request."""
