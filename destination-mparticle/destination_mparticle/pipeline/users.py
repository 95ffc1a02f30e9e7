"""Whose batch it is.

All batches of one user are sent one after the other. A record may name several identities of its user; the first of
this list that it has is the one that counts, so records that name it stay in order. Records of one person that share
no identity, or only a later one, cannot be known to belong together before mParticle has resolved them.
"""

from collections.abc import Mapping
from typing import Any, Final

from destination_mparticle.json_writing import whole
from destination_mparticle.validation.rules import DEVICE_IDENTITIES

IDENTITY_PRIORITY: Final = (
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
"""User identities in the order in which they count, after `mpid` and before device identities."""


def user_key(batch: Mapping[str, Any]) -> str:
    """Name the user of a batch that has an identity, the same for all batches with that identity."""
    if batch.get("mpid") is not None:
        return f"mpid:{batch['mpid']}"
    places = (
        (IDENTITY_PRIORITY, batch.get("user_identities")),
        (("mp_deviceid",), batch),
        (DEVICE_IDENTITIES, batch.get("device_info")),
    )
    for names, values in places:
        for name in names:
            value = (values or {}).get(name)
            if value is not None and value != "":
                # A ready batch may have 77.0, which is sent as 77 and is the same user.
                return f"{name}:{whole(value) if isinstance(value, float) else value}"
    partners = batch.get("partner_identities") or {}
    return "".join(f"{name}:{partners[name]}" for name in sorted(partners))
