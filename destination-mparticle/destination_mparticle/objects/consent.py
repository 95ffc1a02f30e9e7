"""Put a record's consent fields together into mParticle's `consent_state`.

A purpose can be mapped to true or false, to an object with mParticle's own keys, or piece by piece
(`consent.gdpr.marketing.document`). mParticle requires a time for every consent: it is the purpose's own `timestamp`,
else the record's.

A consent of which the record says nothing, because all that is set comes from constants of the mapping and `consented`
is not among it, is left out. Where the record says something about it, `consented` must not be missing.
"""

import difflib
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from destination_mparticle.conversion import converters
from destination_mparticle.conversion.kinds import Convert, takes
from destination_mparticle.validation.reasons import Reason, Rejection

CCPA_PURPOSE: Final = "data_sale_opt_out"
"""The only purpose that CCPA has; true there means that the user opted out."""

_DETAILS: Final[dict[str, tuple[str, Convert]]] = {
    "consented": ("consented", converters.to_boolean),
    "timestamp": ("timestamp_unixtime_ms", converters.to_timestamp),
    "timestamp_unixtime_ms": ("timestamp_unixtime_ms", converters.to_timestamp),
    "document": ("document", converters.to_attribute),
    "location": ("location", converters.to_attribute),
    "hardware_id": ("hardware_id", converters.to_attribute),
    "regulation": ("regulation", converters.to_attribute),
}


class Part(NamedTuple):
    """One field of a consent: `name` is a purpose, or a purpose and a detail of it."""

    regulation: str
    name: str
    value: Any
    constant: bool = False
    """Whether the mapping says so, and not the record."""


def consent_state(parts: Iterable[Part], timestamp: int | None) -> dict[str, Any]:
    """Return `consent_state`, with `timestamp` (epoch milliseconds) where a consent has no time of its own.

    Raises a `Rejection` where a consent has no time or a value is of the wrong kind.
    """
    found: dict[tuple[str, str], dict[str, Any]] = {}
    recorded: set[tuple[str, str]] = set()
    for part in parts:
        purpose, detail = split(part.regulation, part.name)
        key = (part.regulation, purpose)
        details = _details(part.value, detail, f"consent.{part.regulation}.{part.name}")
        found.setdefault(key, {}).update(details)
        if not part.constant or "consented" in details:
            recorded.add(key)
    state: dict[str, dict[str, dict[str, Any]]] = {}
    for (regulation, purpose), consent in found.items():
        if (regulation, purpose) in recorded:
            _complete(consent, timestamp, f"consent.{regulation}.{purpose}")
            state.setdefault(regulation, {})[purpose] = consent
    return state


@takes("true or false, or an object with the details of a consent", "boolean", "object")
def to_consent(value: Any, _field: str) -> Any:
    """Return the value as it is: what it means depends on the other fields of its consent."""
    return value


def split(regulation: str, name: str) -> tuple[str, str]:
    """Tell the purpose from the detail: `marketing.document` is the document of marketing, `marketing` has none."""
    if regulation == "ccpa" and name in _DETAILS:
        return CCPA_PURPOSE, name
    purpose, _, detail = name.rpartition(".")
    return (purpose, detail) if purpose and detail in _DETAILS else (name, "")


def misspelled(name: str) -> str | None:
    """Return what the end of a field's name was probably meant to be, where it is almost a detail and not one."""
    purpose, _, last = name.rpartition(".")
    if not purpose or last in _DETAILS:
        return None
    found = difflib.get_close_matches(last, _DETAILS, n=1, cutoff=0.75)
    return f"{purpose}.{found[0]}" if found else None


def _details(value: Any, detail: str, field: str) -> dict[str, Any]:
    if detail:
        name, convert = _DETAILS[detail]
        return {name: convert(value, field)}
    if isinstance(value, str) and value.lstrip().startswith("{"):
        value = converters.from_json(value, field)
    if not isinstance(value, dict):
        return {"consented": converters.to_boolean(value, field)}
    if not value.keys() <= _DETAILS.keys():
        raise Rejection(Reason.BAD_VALUE, field, f"Only {', '.join(_DETAILS)} are allowed here.")
    pairs = [(_DETAILS[name], inner) for name, inner in value.items() if inner is not None]
    return {name: convert(inner, field) for (name, convert), inner in pairs}


def _complete(consent: dict[str, Any], timestamp: int | None, field: str) -> None:
    if "consented" not in consent:
        raise Rejection(Reason.MISSING_FIELD, field, "The consent does not say whether the user consented.")
    if consent.setdefault("timestamp_unixtime_ms", timestamp) is None:
        raise Rejection(Reason.MISSING_FIELD, f"{field}.timestamp", "A consent needs the time at which it was given.")
