"""Records that already are batches in mParticle's own JSON."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from destination_mparticle.validation.reasons import Reason, Rejection

AIRBYTE_PREFIX: Final = "_airbyte_"
"""Columns that Airbyte adds for itself. They never travel."""

_SET_BY_MPARTICLE: Final = frozenset(
    (
        "schema_version",
        "batch_id",
        "source_info",
        "timestamp_unixtime_ms",
        "origin_mpid",
        "sdk_version",
        "job_id",
        "api_key",
        "api_keys",
    )
)
"""Left out when sending: mParticle sets them, or (the keys) they belong in the credentials."""


def looks_like_a_batch(names: Collection[str]) -> bool:
    """Whether an object with these properties is meant as a batch: it has events or identities."""
    return "events" in names or "user_identities" in names


def batch_of(record: object) -> dict[str, Any]:
    """Return the batch that a record is. Raises a `Rejection` when it is none."""
    if not isinstance(record, Mapping):
        raise Rejection(Reason.NOT_A_BATCH, "", "A batch is a JSON object.")
    return {
        name: value
        for name, value in record.items()
        if name not in _SET_BY_MPARTICLE and not name.startswith(AIRBYTE_PREFIX)
    }
