"""The `event_batch` object: records that already are batches in mParticle's own JSON."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from destination_mparticle.conversion import converters
from destination_mparticle.conversion.airbyte_columns import without_airbyte_columns
from destination_mparticle.conversion.kinds import takes
from destination_mparticle.mparticle.identities import OTHER_SPELLINGS
from destination_mparticle.objects.apis import EVENTS_API
from destination_mparticle.objects.definition import DestinationObject, MappedRecord
from destination_mparticle.objects.fields import Field, fields_by_name
from destination_mparticle.objects.operations import APPEND
from destination_mparticle.validation.reasons import Reason, Rejection

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
    batch = {name: value for name, value in without_airbyte_columns(record).items() if name not in _SET_BY_MPARTICLE}
    identities = batch.get("user_identities")
    if isinstance(identities, Mapping) and not OTHER_SPELLINGS.keys().isdisjoint(identities):
        batch["user_identities"] = _renamed(identities)
    return batch


def _renamed(identities: Mapping[str, Any]) -> dict[str, Any]:
    """Return identities with each under the name that the Events API documents."""
    renamed = dict(identities)
    for other, name in OTHER_SPELLINGS.items():
        if other not in identities:
            continue
        del renamed[other]
        found = [value for value in (renamed.get(name), identities[other]) if value is not None]
        renamed[name] = found[0] if found else None
        if len({str(value) for value in found}) > 1:
            raise Rejection(
                Reason.BAD_VALUE,
                f"user_identities.{name}",
                f"`{name}` and `{other}` are the same identity and have different values here.",
            )
    return renamed


@takes("an event batch, or JSON text of one", "object", "string")
def _to_batch(value: Any, field: str) -> dict[str, Any]:
    return batch_of(converters.from_json(value, field))


def _build(record: MappedRecord) -> dict[str, Any]:
    """Return the batch that the record holds in the column that `batch` is mapped from, else the record itself."""
    for field, read in record.recipe.sources:
        return _to_batch(read(record.data), field.name)
    return batch_of(record.data)


_BATCH: Final = Field("batch", "object", (), _to_batch, if_constant="every record would be the same batch")
_TEXT: Final = {"type": ["string", "null"]}
_OBJECT: Final = {"type": ["object", "null"], "additionalProperties": True}
_OBJECTS: Final = (
    *("user_identities", "user_attributes", "device_info", "application_info", "consent_state", "context"),
)

EVENT_BATCH: Final = DestinationObject[dict[str, Any]](
    name="event_batch",
    becomes="the batch that it is, in mParticle's JSON",
    needs="an identity",
    api=EVENTS_API,
    operations={APPEND: ()},
    fields=fields_by_name([_BATCH]),
    is_ready_made=True,
    outline={
        "events": {"type": ["array", "null"], "items": {"type": "object"}},
        "source_request_id": _TEXT,
        "mpid": {"type": ["integer", "null"]},
        "deleted_user_attributes": {"type": ["array", "null"], "items": {"type": "string"}},
        **dict.fromkeys(_OBJECTS, _OBJECT),
    },
    build=_build,
)
