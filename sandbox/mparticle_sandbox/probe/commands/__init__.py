"""What the command line runs: the probe, and a sandbox that is set as a report of it says."""
