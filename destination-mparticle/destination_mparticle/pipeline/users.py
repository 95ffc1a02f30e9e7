"""Whose batch it is.

All batches of one user are sent one after the other. A record may name several identities of its user; the first of
this list that it has is the one that counts, so records that name it stay in order. Records of one person that share
no identity, or only a later one, cannot be known to belong together before mParticle has resolved them.
"""

from collections.abc import Mapping
from typing import Any

from destination_mparticle.json_writing import whole
from destination_mparticle.mparticle.identities import DEVICE_IDENTITIES, USER_IDENTITIES


def user_key(batch: Mapping[str, Any]) -> str:
    """Name the user of a batch that has an identity, the same for all batches with that identity."""
    if batch.get("mpid") is not None:
        return f"mpid:{batch['mpid']}"
    places = (
        (USER_IDENTITIES, batch.get("user_identities")),
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
