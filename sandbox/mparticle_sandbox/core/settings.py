"""What can be changed about the sandbox while it runs."""

from dataclasses import dataclass, fields, replace
from typing import Any

from mparticle_sandbox.core.events_api.limits import BATCHES_PER_SECOND, BATCHES_PER_SECOND_GROWTH
from mparticle_sandbox.core.events_api.rate_limiter import RateLimits

_LEAST = {"token_lifetime_s": 1, "rate": 1, "acceleration": 0}
LIST_SHAPES = ("documented", "bare", "wrapped")


class SettingsError(ValueError):
    """A change that cannot be made; the message is one plain sentence."""


@dataclass(frozen=True)
class Settings:
    """The switches of a running sandbox.

    `token_lifetime_s`: seconds, for tokens issued from then on.
    `list_shape`: `documented` lists as mParticle documents them, `bare` all as arrays, `wrapped` all in an envelope.
    `errors_in_200`: glob of paths whose lists answer 200 with `errors` filled in and no data; None for no path.
    `rate`: batches per second that one API key may send.
    `acceleration`: batches per second by which that may grow from one second to the next; 0 for without limit.
    """

    token_lifetime_s: int = 28_800
    list_shape: str = "documented"
    errors_in_200: str | None = None
    rate: int = BATCHES_PER_SECOND
    acceleration: int = BATCHES_PER_SECOND_GROWTH

    @property
    def rate_limits(self) -> RateLimits:
        """The limits of the Events API."""
        return RateLimits(self.rate, self.acceleration)

    def changed(self, changes: Any) -> "Settings":
        """Return the settings with `changes` applied; raise SettingsError where one is unknown or of the wrong type."""
        if not isinstance(changes, dict):
            raise SettingsError("The body must be a JSON object of settings.")
        names = {field.name for field in fields(self)}
        for name in changes:
            if name not in names:
                raise SettingsError(f"Unknown setting {name!r}; the settings are {', '.join(sorted(names))}.")
        return replace(self, **changes)

    def __post_init__(self) -> None:
        for name, least in _LEAST.items():
            number = getattr(self, name)
            if type(number) is not int or number < least:
                raise SettingsError(f"{name} must be a whole number of at least {least}.")
        if self.list_shape not in LIST_SHAPES:
            raise SettingsError(f"list_shape must be one of {', '.join(LIST_SHAPES)}.")
        if self.errors_in_200 is not None and not isinstance(self.errors_in_200, str):
            raise SettingsError("errors_in_200 must be a glob of paths, such as '/v1/*', or null.")
