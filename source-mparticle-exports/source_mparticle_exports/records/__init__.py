"""From one exported line to rows of the streams. Pure: no I/O, nothing of Airbyte."""
