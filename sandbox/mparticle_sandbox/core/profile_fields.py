"""Which parts of a profile a response shows."""

from collections.abc import Mapping
from typing import Any

_ALWAYS = ("mpid", "created_timestamp_ms", "last_stored_timestamp_ms", "is_opted_out", "limit_ad_tracking")
# What each documented value of `fields` brings. mParticle shows no example of the last two, so they bring nothing.
FIELDS = {
    "device_identities": ("device_identities",),
    "user_identities": ("user_identities",),
    "user_attributes": ("account_userattributes", "user_attributes"),
    "audience_memberships": ("audience_memberships",),
    "attribution": (),
    "partner_identities": (),
}


class FieldsError(ValueError):
    """An invalid list of fields; the message is one plain sentence."""


def parse_fields(text: str) -> list[str]:
    """Read the comma-separated `fields` of a request; raise FieldsError where it is empty or one is unknown."""
    asked = [name.strip() for name in text.split(",") if name.strip()]
    if not asked:
        raise FieldsError(f"The query parameter fields is missing; give some of {', '.join(FIELDS)}.")
    unknown = [name for name in asked if name not in FIELDS]
    if unknown:
        raise FieldsError(f"Unknown field {unknown[0]!r}; the fields are {', '.join(FIELDS)}.")
    return asked


def shown(profile: Mapping[str, Any], asked: list[str]) -> dict[str, Any]:
    """Return what every response tells of a profile, and the parts that were asked for."""
    names = [*_ALWAYS, *(name for part in FIELDS if part in asked for name in FIELDS[part])]
    return {name: profile[name] for name in names}
