"""The status codes of cases about which mParticle's documentation is silent or contradicted."""

from dataclasses import dataclass, fields, replace
from typing import Any

_REFUSALS = range(400, 500)
_OK = 200
# Cases that may also return 200 as if nothing were wrong: with the first account, an empty list, no activation.
_MAY_BE_OK = ("missing_account", "unmatched_name", "never_activated")


class StatusesError(ValueError):
    """Invalid statuses; the message is one plain sentence."""


@dataclass(frozen=True)
class Statuses:
    """The status of each case; None for `unknown_identity` follows the setting `answers`."""

    missing_account: int = 401
    unknown_account: int = 404
    unknown_organization: int = 404
    unknown_workspace: int = 404
    unmatched_name: int = 200
    never_activated: int = 200
    unknown_identity: int | None = None
    unknown_mpid: int = 400
    wrong_secret: int = 401

    def changed(self, changes: Any) -> "Statuses":
        """Return the statuses with `changes` applied; raise StatusesError where one cannot be."""
        if not isinstance(changes, dict):
            raise StatusesError("statuses must be an object of status codes.")
        names = [field.name for field in fields(self)]
        for name, status in changes.items():
            if name not in names:
                raise StatusesError(f"Unknown case {name!r} in statuses; the cases are {', '.join(names)}.")
            if not _is_possible(name, status):
                also = ", or 200" if name in _MAY_BE_OK else ""
                raise StatusesError(f"{name} in statuses must be a status from 400 to 499{also}.")
        return replace(self, **changes)


def _is_possible(name: str, status: Any) -> bool:
    if status is None:
        return name == "unknown_identity"
    return type(status) is int and (status in _REFUSALS or (status == _OK and name in _MAY_BE_OK))
