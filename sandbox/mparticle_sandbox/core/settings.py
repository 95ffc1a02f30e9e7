"""What can be changed about the sandbox while it runs."""

from dataclasses import dataclass, fields, replace
from typing import Any

LIST_SHAPES = ("documented", "bare", "wrapped")


class SettingsError(ValueError):
    """A change that cannot be made; the message is one plain sentence."""


@dataclass(frozen=True)
class Settings:
    """The switches of a running sandbox.

    `token_lifetime_s`: seconds, for tokens issued from then on.
    `list_shape`: `documented` lists as mParticle documents them, `bare` all as arrays, `wrapped` all in an envelope.
    `errors_in_200`: glob of paths whose lists answer 200 with `errors` filled in and no data; None for no path.
    """

    token_lifetime_s: int = 28_800
    list_shape: str = "documented"
    errors_in_200: str | None = None

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
        lifetime = self.token_lifetime_s
        if not isinstance(lifetime, int) or isinstance(lifetime, bool) or lifetime < 1:
            raise SettingsError("token_lifetime_s must be a whole number of seconds of at least 1.")
        if self.list_shape not in LIST_SHAPES:
            raise SettingsError(f"list_shape must be one of {', '.join(LIST_SHAPES)}.")
        if self.errors_in_200 is not None and not isinstance(self.errors_in_200, str):
            raise SettingsError("errors_in_200 must be a glob of paths, such as '/v1/*', or null.")
