"""The control API under `/_sandbox`: reports of what happened, and settings for what should go wrong."""
