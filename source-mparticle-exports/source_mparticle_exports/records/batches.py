"""The stream `event_batches`: one row per batch, without its events."""

from collections.abc import Iterator
from typing import Final

from source_mparticle_exports.records import values
from source_mparticle_exports.records.columns import Column, Row, taker
from source_mparticle_exports.records.common import BATCH_COLUMNS, FILE_COLUMNS, batch_columns
from source_mparticle_exports.records.identities import IDENTITY_COLUMNS
from source_mparticle_exports.records.line import Batch

_OWN_COLUMNS: Final = (
    Column("user_attributes", values.mapping),
    Column("deleted_user_attributes", values.array),
    Column("device_info", values.mapping),
    Column("application_info", values.mapping),
    Column("source_info", values.mapping),
    Column("context", values.mapping),
    Column("consent_state", values.mapping),
    Column("integration_attributes", values.mapping),
    Column("partner_identities", values.mapping),
    Column("attribution_info", values.mapping),
    Column("system_notifications", values.array),
    Column("ip"),
    Column("mp_deviceid"),
    Column("unique_id"),
    Column("schema_version", values.integer),
)
_take_own = taker(*_OWN_COLUMNS)

COLUMNS: Final = (
    Column("batch_key"),
    *BATCH_COLUMNS,
    *IDENTITY_COLUMNS,
    *_OWN_COLUMNS,
    Column("event_count", values.integer),
    *FILE_COLUMNS,
    Column("raw", values.mapping),
)


def rows(batch: Batch) -> Iterator[Row]:
    """Return the one row of a batch. Its `raw` is the batch as mParticle wrote it, without the events."""
    yield {
        **batch_columns(batch),
        **_take_own(batch.content),
        "event_count": len(batch.events),
        "raw": batch.without_events,
    }
