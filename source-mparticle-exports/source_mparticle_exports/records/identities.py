"""The identities of a user, in both of mParticle's forms."""

from typing import Any, Final

from source_mparticle_exports.records import values
from source_mparticle_exports.records.columns import Column

USER_IDENTITIES: Final = (
    "customer_id",
    "email",
    "mobile_number",
    "phone_number_2",
    "phone_number_3",
    "other",
    "other_id_2",
    "other_id_3",
    "other_id_4",
    "other_id_5",
    "other_id_6",
    "other_id_7",
    "other_id_8",
    "other_id_9",
    "other_id_10",
    "facebook",
    "google",
    "twitter",
    "microsoft",
    "yahoo",
    "alias",
    "facebook_custom_audience_id",
)
"""The types of user identity that mParticle documents. Each is a column; other types stay in `user_identities`."""

_SPELLINGS: Final = {"customerid": "customer_id"}

IDENTITY_COLUMNS: Final = (*(Column(name) for name in USER_IDENTITIES), Column("user_identities", values.mapping))


def identities(node: Any) -> dict[str, str]:
    """Return identities by type, from an object or from a list of `{"identity_type", "identity"}`.

    Of one type that occurs twice in a list, the later value holds. Identities without a value are left out.
    """
    if isinstance(node, dict):
        pairs = list(node.items())
    else:
        pairs = [(item.get("identity_type"), item.get("identity")) for item in values.objects(node)]
    found: dict[str, str] = {}
    for kind, identity in pairs:
        name, value = identity_type(kind), values.text(identity)
        if name and value:
            found[name] = value
    return found


def identity_type(kind: Any) -> str:
    """Return how this connector spells a type of identity: as the Events API does. Empty where there is none."""
    name = (values.text(kind) or "").strip().lower()
    return _SPELLINGS.get(name, name)


def identity_columns(found: dict[str, str]) -> dict[str, Any]:
    """Return the columns of all documented identities, and one object with every identity."""
    row: dict[str, Any] = {name: value for name, value in found.items() if name in _KNOWN}
    if found:
        row["user_identities"] = found
    return row


_KNOWN: Final = frozenset(USER_IDENTITIES)
