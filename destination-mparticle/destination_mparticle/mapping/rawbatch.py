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


def without_airbytes(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record without the columns that Airbyte adds, whatever their case: some warehouses fold names."""
    own = dict(record)
    # This is done for every record, and the first character is enough to pass over most names.
    for name in [name for name in own if name[:1] == "_" and name.lower().startswith(AIRBYTE_PREFIX)]:
        del own[name]
    return own


def batch_of(record: object) -> dict[str, Any]:
    """Return the batch that a record is. Raises a `Rejection` when it is none."""
    if not isinstance(record, Mapping):
        raise Rejection(Reason.NOT_A_BATCH, "", "A batch is a JSON object.")
    batch = {name: value for name, value in without_airbytes(record).items() if name not in _SET_BY_MPARTICLE}
    identities = batch.get("user_identities")
    if isinstance(identities, Mapping) and _CLIENTS_NAME in identities:
        batch["user_identities"] = _renamed(identities)
    return batch


_CLIENTS_NAME: Final = "customerid"
"""How mParticle's own Python and Node clients, and its IDSync API, spell `customer_id`."""


def _renamed(identities: Mapping[str, Any]) -> dict[str, Any]:
    """Return identities with the customer's id under the name that the Events API documents."""
    others = {name: value for name, value in identities.items() if name != _CLIENTS_NAME}
    found = [value for value in (others.get("customer_id"), identities[_CLIENTS_NAME]) if value is not None]
    others["customer_id"] = found[0] if found else None
    if len({str(value) for value in found}) > 1:
        raise Rejection(
            Reason.BAD_VALUE,
            "user_identities.customer_id",
            "`customer_id` and `customerid` are the same identity and have different values here.",
        )
    return others
