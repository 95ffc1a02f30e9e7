"""Whose batch it is."""

from typing import Any

from mparticle_sandbox.core.events_api.vocabulary import DEVICE_IDENTITIES, IDENTITIES

ANONYMOUS = "anonymous"


def user_key(batch: dict[str, Any]) -> str:
    """Name the user of a good batch: `mpid:123`, else the first identity such as `customer_id:c-1`, else a device."""
    if batch.get("mpid") is not None:
        return f"mpid:{batch['mpid']}"
    identities = batch.get("user_identities") or {}
    for name in IDENTITIES:
        if identities.get(name) not in (None, ""):
            return f"{'customer_id' if name == 'customerid' else name}:{identities[name]}"
    if batch.get("mp_deviceid"):
        return f"mp_deviceid:{batch['mp_deviceid']}"
    device = batch.get("device_info") or {}
    return next((f"{name}:{device[name]}" for name in DEVICE_IDENTITIES if device.get(name)), ANONYMOUS)
