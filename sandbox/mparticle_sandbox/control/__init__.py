"""The control API under `/_sandbox`: look at what happened, and make things go wrong."""
