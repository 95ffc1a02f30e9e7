"""The sandbox, tried over HTTP against the real process, and its data on its own."""
