"""The columns that several streams share."""

from typing import Final

from source_mparticle_exports.records import values
from source_mparticle_exports.records.columns import Column, Row, taker
from source_mparticle_exports.records.file_name import FileName
from source_mparticle_exports.records.line import Batch

FILE_COLUMNS: Final = (Column("app_name"), Column("exported_timestamp", values.timestamp))
"""From the file's name: the app whose output wrote it, and when."""

BATCH_COLUMNS: Final = (
    Column("batch_id"),
    Column("source_request_id"),
    Column("mpid"),
    Column("environment"),
    Column("batch_timestamp", values.timestamp, "timestamp_unixtime_ms"),
)
"""What every row says of its batch. Ids are text: they have more digits than many tools keep of a number."""

EVENT_COLUMNS: Final = (
    Column("event_type"),
    Column("event_name"),
    Column("custom_event_type"),
    Column("timestamp", values.timestamp, "timestamp_unixtime_ms"),
    Column("event_start_timestamp", values.timestamp, "event_start_unixtime_ms"),
    Column("session_start_timestamp", values.timestamp, "session_start_unixtime_ms"),
    Column("event_id"),
    Column("message_id"),
    Column("source_message_id"),
    Column("session_id"),
    Column("session_uuid"),
)
"""What every row that comes of an event says of it."""

_take_batch = taker(*BATCH_COLUMNS)
take_event = taker(*EVENT_COLUMNS)
"""Takes `EVENT_COLUMNS` from the properties of an event."""


def file_columns(file: FileName) -> Row:
    """Return what a file's name says, as columns."""
    row: Row = {}
    if file.app_name is not None:
        row["app_name"] = file.app_name
    if file.time is not None:
        row["exported_timestamp"] = values.utc(file.time)
    return row


def batch_columns(batch: Batch) -> Row:
    """Return the columns that every row of a batch has."""
    return {
        "batch_key": batch.key,
        **_take_batch(batch.content),
        **batch.identity_columns,
        **file_columns(batch.file),
    }
