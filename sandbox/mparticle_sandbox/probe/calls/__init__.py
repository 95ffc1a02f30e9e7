"""What is asked of which API, in which order."""
