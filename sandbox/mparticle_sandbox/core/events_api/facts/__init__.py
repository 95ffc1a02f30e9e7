"""Facts about the Events API that are neither rules nor decisions: its limits, and the names of identities."""
