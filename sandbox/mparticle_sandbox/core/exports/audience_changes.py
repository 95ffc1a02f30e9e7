"""Who enters and leaves an audience, as mParticle writes it: a file for each audience, a line for each change."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mparticle_sandbox.core.events_api.facts.identities import DEVICE_IDENTITIES, SCHEMA_IDENTITIES

_IDENTITIES = frozenset({*SCHEMA_IDENTITIES, *DEVICE_IDENTITIES, "mpid"})
_FIELDS = frozenset({"is_add", "identities", "changed_at_ms"})
_MOST_MS = 2**53

# One change as JSON Schema.
CHANGE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "is_add": {"type": "boolean"},
        "identities": {
            "type": "object",
            "propertyNames": {"enum": sorted(_IDENTITIES)},
            "additionalProperties": {"type": "string", "minLength": 1},
            "minProperties": 1,
        },
        "changed_at_ms": {"type": "integer", "minimum": 0, "maximum": _MOST_MS},
    },
    "required": ["is_add", "identities"],
    "additionalProperties": False,
}


class AudienceChangesError(ValueError):
    """Changes that are none; the message is one plain sentence."""


@dataclass(frozen=True)
class AudienceChange:
    """Somebody, known by these identities, who enters an audience or leaves it. `at_ms`: None for now."""

    is_add: bool
    identities: Mapping[str, str]
    at_ms: int | None = None


def read_changes(content: Any) -> list[AudienceChange]:
    """Read a list of changes; raise AudienceChangesError."""
    if not isinstance(content, list) or not content:
        raise AudienceChangesError("changes must be a list of at least one change.")
    return [_read(item) for item in content]


def changes_text(changes: Iterable[AudienceChange], now_ms: int) -> bytes:
    """Return the lines of a file."""
    lines = (
        {
            "IsAddRequest": change.is_add,
            "IdentityValues": {**change.identities},
            "MembershipChangedTimestamp": now_ms if change.at_ms is None else change.at_ms,
        }
        for change in changes
    )
    # Escaped where it is not ASCII: half of a surrogate pair has no UTF-8.
    return "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines).encode()


def _read(item: Any) -> AudienceChange:
    if not isinstance(item, dict) or not item.keys() <= _FIELDS:
        raise AudienceChangesError(f"A change must be an object with the fields {', '.join(sorted(_FIELDS))}.")
    is_add, identities, at_ms = item.get("is_add"), item.get("identities"), item.get("changed_at_ms")
    if not isinstance(is_add, bool):
        raise AudienceChangesError("is_add must be true or false.")
    if not isinstance(identities, dict) or not identities or not identities.keys() <= _IDENTITIES:
        raise AudienceChangesError(
            "identities must be an object of at least one: those of batches, of devices, or mpid."
        )
    if not all(isinstance(value, str) and value for value in identities.values()):
        raise AudienceChangesError("Every identity must be a text, mpid too.")
    if "changed_at_ms" in item and (type(at_ms) is not int or not 0 <= at_ms <= _MOST_MS):
        raise AudienceChangesError("changed_at_ms must be a time in milliseconds since the epoch.")
    return AudienceChange(is_add, identities, at_ms)
