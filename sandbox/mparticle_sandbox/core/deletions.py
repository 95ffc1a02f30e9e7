"""The deletions that were asked for: how they are read, and what became of them."""

from collections import Counter, deque
from dataclasses import dataclass
from typing import Any

from mparticle_sandbox.core.events_api.facts.identities import DEVICE_IDENTITIES, SCHEMA_IDENTITIES
from mparticle_sandbox.core.events_api.schema.batch import ENVIRONMENTS

_DIFFERENT = {"customer_id": "customerid", "facebook_custom_audience_id": "facebookcustomaudienceid"}
# How IDSync, whose names the API takes, calls what the profile calls otherwise.
_PROFILE_NAMES = {
    _DIFFERENT.get(name, name.replace("other_id_", "other")): name for name in (*SCHEMA_IDENTITIES, *DEVICE_IDENTITIES)
}
_INT64 = range(-(2**63), 2**63)
_FIELDS = {"environment_type", "action", "identities", "mpid"}


# One deletion as JSON Schema, as far as types go.
DELETION_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "environment_type": {"enum": [*ENVIRONMENTS]},
        "action": {"const": "delete"},
        "mpid": {"type": ["integer", "string"]},
        "identities": {
            "type": "object",
            "propertyNames": {"enum": [*_PROFILE_NAMES]},
            "additionalProperties": {"type": "string", "minLength": 1},
            "minProperties": 1,
        },
    },
    "required": ["environment_type", "action"],
    "oneOf": [{"required": ["mpid"]}, {"required": ["identities"]}],
    "additionalProperties": False,
}


class DeletionError(ValueError):
    """A body that the API does not take; the message is one plain sentence."""


@dataclass(frozen=True)
class Deletion:
    """What to delete: the profile with this MPID, or the one with all these identities, named as in profiles."""

    environment: str
    mpid: int | None
    identities: dict[str, str]


def read_deletions(content: Any, most: int) -> list[Deletion]:
    """Read the body of a request; raise DeletionError where it is not a list of at most `most` deletions."""
    if not isinstance(content, list):
        raise DeletionError("The body must be a JSON array of deletions.")
    if len(content) > most:
        raise DeletionError(f"A request may hold {most} deletions at most.")
    return [_read(item) for item in content]


def _read(item: Any) -> Deletion:
    if not isinstance(item, dict) or not item.keys() <= _FIELDS:
        raise DeletionError(f"A deletion must be an object with the fields {', '.join(sorted(_FIELDS))}.")
    environment = item.get("environment_type")
    if not isinstance(environment, str) or environment not in ENVIRONMENTS:
        raise DeletionError("environment_type must be production or development.")
    if item.get("action") != "delete":
        raise DeletionError("action must be delete.")
    if ("mpid" in item) == ("identities" in item):
        raise DeletionError("A deletion needs either mpid or identities.")
    if "mpid" in item:
        return Deletion(environment, _mpid(item["mpid"]), {})
    return Deletion(environment, None, _identities(item["identities"]))


def _mpid(value: Any) -> int:
    text = str(value) if type(value) is int else value
    digits = text.removeprefix("-") if isinstance(text, str) else ""
    # Text longer than any 64-bit number is not converted.
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(2**63)) and int(text) in _INT64):
        raise DeletionError("mpid must be a whole number of 64 bits.")
    return int(text)


def _identities(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not value:
        raise DeletionError("identities must be an object with at least one identity.")
    if not value.keys() <= _PROFILE_NAMES.keys() or not all(isinstance(text, str) and text for text in value.values()):
        raise DeletionError(f"identities must be strings under the names of IDSync: {', '.join(_PROFILE_NAMES)}.")
    return {_PROFILE_NAMES[name]: text for name, text in value.items()}


class DeletionLog:
    """Counts every request and deletion, and remembers the last `keep` deletions."""

    def __init__(self, keep: int) -> None:
        self.requests = 0
        self.refused: Counter[str] = Counter()
        self._deleted = 0
        self._unknown = 0
        self._deletions: deque[dict[str, Any]] = deque(maxlen=keep)

    def add(self, asked: Any, mpid: int | None, at_ms: int) -> None:
        """Count a deletion that was `asked` for: the profile with this MPID was deleted, or no profile was found."""
        if mpid is None:
            self._unknown += 1
        else:
            self._deleted += 1
        self._deletions.append({"at_ms": at_ms, "deleted_mpid": mpid, "asked": asked})

    def report(self) -> dict[str, Any]:
        """Return the counts, and the deletions in order of arrival."""
        return {
            "requests": self.requests,
            "refused": dict(self.refused),
            "deleted": self._deleted,
            "unknown": self._unknown,
            "deletions": list(self._deletions),
        }
