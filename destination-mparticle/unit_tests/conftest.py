"""What all unit tests share."""

from hypothesis import settings

# A busy machine is slow, and that is no failure.
settings.register_profile("any_speed", deadline=None)
settings.load_profile("any_speed")
