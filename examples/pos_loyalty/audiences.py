"""The audiences of the example, which mParticle would calculate: who sent an event is in the audience for it."""

from collections.abc import Iterable
from typing import Any

EVENT_OF_AUDIENCE = {9140: "ee_loyalty_program_joined", 9142: "ee_loyalty_posconnect_wallet_refund"}
"""By the id of an audience of the sandbox's account."""


def entrances(audience_id: int, batches: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return who entered an audience with accepted batches, as the sandbox wants to be told."""
    return [
        {
            "is_add": True,
            "identities": batch["user_identities"],
            "changed_at_ms": event["data"]["timestamp_unixtime_ms"],
        }
        for batch in batches
        for event in batch["events"]
        if event["data"].get("event_name") == EVENT_OF_AUDIENCE[audience_id]
    ]
