"""What the sandbox decides, without any I/O: data, tokens, faults, settings, counters."""
