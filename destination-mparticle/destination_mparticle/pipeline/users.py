"""Whose batch it is.

All batches of one user are sent one after the other. A record may name several identities of its user; the first of
this list that it has is the one that counts, so records that name it stay in order. Records of one person that share
no identity, or only a later one, cannot be known to belong together before mParticle has resolved them.
"""

from collections.abc import Mapping
from typing import Any, Final

from destination_mparticle.json_writing import whole
from destination_mparticle.mparticle.identities import DEVICE_IDENTITIES, USER_IDENTITIES


def user_key(batch: Mapping[str, Any]) -> str:
    """Name the user of a batch that has an identity, the same for all batches with that identity."""
    if batch.get("mpid") is not None:
        return f"mpid:{batch['mpid']}"
    for names, place in _PLACES:
        values: Mapping[str, Any] = (batch.get(place) if place else batch) or {}
        for name in names if values else ():
            value = values.get(name)
            if value is not None and value != "":
                # A ready batch may have 77.0, which is sent as 77 and is the same user.
                return f"{name}:{whole(value) if isinstance(value, float) else value}"
    partners = batch.get("partner_identities") or {}
    return "".join(f"{name}:{partners[name]}" for name in sorted(partners))


_PLACES: Final = ((USER_IDENTITIES, "user_identities"), (("mp_deviceid",), ""), (DEVICE_IDENTITIES, "device_info"))
"""Names of identities, and the object of the batch that has them; the batch itself where it has no name."""
