"""The stream `events`: one row per event, of whatever type."""

from collections.abc import Iterator
from typing import Final

from source_mparticle_exports.records import values
from source_mparticle_exports.records.columns import Column, Row, taker
from source_mparticle_exports.records.common import BATCH_COLUMNS, EVENT_COLUMNS, FILE_COLUMNS, batch_columns
from source_mparticle_exports.records.identities import IDENTITY_COLUMNS
from source_mparticle_exports.records.line import Batch

_OWN_COLUMNS: Final = (
    *EVENT_COLUMNS,
    Column("event_num", values.integer),
    Column("message_type"),
    Column("screen_name"),
    Column("currency_code"),
    Column("custom_attributes", values.mapping),
    Column("custom_flags", values.mapping),
    Column("location", values.mapping),
    Column("product_action", values.mapping),
    Column("promotion_action", values.mapping),
    Column("product_impressions", values.array),
)
_ACTION_COLUMNS: Final = (
    Column("product_action_type", origin="action"),
    Column("transaction_id"),
    Column("total_amount", values.number),
)
_APPLICATION_COLUMNS: Final = (
    Column("application_name"),
    Column("application_version"),
    Column("application_os", origin="os"),
    Column("application_package", origin="package"),
)
_DEVICE_COLUMNS: Final = (Column("platform"),)
_SOURCE_COLUMNS: Final = (Column("source_channel", origin="channel"), Column("source_partner", origin="partner"))
_PLAN_COLUMNS: Final = (
    Column("data_plan_id", origin="plan_id"),
    Column("data_plan_version", values.integer, "plan_version"),
)

_take_own = taker(*_OWN_COLUMNS)
_take_action = taker(*_ACTION_COLUMNS)
_take_plan = taker(*_PLAN_COLUMNS)
_AROUND: Final = (
    ("application_info", taker(*_APPLICATION_COLUMNS)),
    ("device_info", taker(*_DEVICE_COLUMNS)),
    ("source_info", taker(*_SOURCE_COLUMNS)),
)

COLUMNS: Final = (
    Column("event_key"),
    Column("batch_key"),
    *BATCH_COLUMNS,
    *IDENTITY_COLUMNS,
    *_OWN_COLUMNS,
    *_ACTION_COLUMNS,
    *_APPLICATION_COLUMNS,
    *_DEVICE_COLUMNS,
    *_SOURCE_COLUMNS,
    *_PLAN_COLUMNS,
    *FILE_COLUMNS,
    Column("raw", values.mapping),
)


def rows(batch: Batch) -> Iterator[Row]:
    """Return a row for each event. Its `raw` is the event as mParticle wrote it."""
    if not batch.events:
        return
    shared = {**batch_columns(batch), **_surroundings(batch)}
    for key, event, data in batch.keyed_events():
        action = values.mapping(data.get("product_action")) or {}
        yield {"event_key": key, **shared, **_take_own(data), **_take_action(action), "raw": event}


def _surroundings(batch: Batch) -> Row:
    """Return what the batch says of where its events happened."""
    content = batch.content
    row: Row = {}
    for name, take in _AROUND:
        row |= take(values.mapping(content.get(name)) or {})
    context = values.mapping(content.get("context")) or {}
    return row | _take_plan(values.mapping(context.get("data_plan")) or {})
