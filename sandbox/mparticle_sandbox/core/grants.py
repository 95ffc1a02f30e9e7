"""Which APIs the credential may use: mParticle grants them one by one to each credential."""

from dataclasses import dataclass, fields, replace
from typing import Any, Literal

Api = Literal["platform", "data_planning", "custom_roles", "profile"]


class GrantsError(ValueError):
    """Invalid grants; the message is one plain sentence."""


@dataclass(frozen=True)
class Grants:
    """One switch for each API that takes an access token."""

    platform: bool = True
    data_planning: bool = True
    custom_roles: bool = True
    profile: bool = True

    def allow(self, api: Api) -> bool:
        """Say whether the credential may use the API."""
        return bool(getattr(self, api))

    def changed(self, changes: Any) -> "Grants":
        """Return the grants with `changes` applied; raise GrantsError where one cannot be."""
        names = [field.name for field in fields(self)]
        if not isinstance(changes, dict) or not all(isinstance(value, bool) for value in changes.values()):
            raise GrantsError("grants must be an object whose values are true or false.")
        for name in changes:
            if name not in names:
                raise GrantsError(f"Unknown API {name!r} in grants; the APIs are {', '.join(names)}.")
        return replace(self, **changes)
