"""The streams `user_identity_changes` and `user_attribute_changes`.

Two types of event say that a user changed, and mParticle exports them where the output is configured to. An event
`user_identity_change` has the identity before and after. An event `user_attribute_change` has the attribute's name and
its value before and after. What a batch itself says of its user is no change but how things stood: `user_attributes`,
`deleted_user_attributes` and `user_identities` are columns of `event_batches`. Events of type `profile` (sign-up,
login, logout) say which user a device belongs to; they are rows of `events`.
"""

from collections.abc import Iterator
from typing import Any, Final

from source_mparticle_exports.records import values
from source_mparticle_exports.records.columns import Column, Row, taker
from source_mparticle_exports.records.common import (
    BATCH_COLUMNS,
    EVENT_COLUMNS,
    FILE_COLUMNS,
    batch_columns,
    take_event,
)
from source_mparticle_exports.records.identities import IDENTITY_COLUMNS, identity_type
from source_mparticle_exports.records.line import Batch

_ATTRIBUTE_COLUMNS: Final = (
    Column("user_attribute_name"),
    Column("new_value", values.text_or_json, "new"),
    Column("old_value", values.text_or_json, "old"),
    Column("deleted", values.boolean),
    Column("is_new_attribute", values.boolean),
)
_NEW_IDENTITY_COLUMNS: Final = (
    Column("new_identity", origin="identity"),
    Column("new_identity_timestamp", values.timestamp, "timestamp_unixtime_ms"),
    Column("created_this_batch", values.boolean),
)
_OLD_IDENTITY_COLUMNS: Final = (
    Column("old_identity", origin="identity"),
    Column("old_identity_timestamp", values.timestamp, "timestamp_unixtime_ms"),
)

_take_attribute = taker(*_ATTRIBUTE_COLUMNS)
_take_new_identity = taker(*_NEW_IDENTITY_COLUMNS)
_take_old_identity = taker(*_OLD_IDENTITY_COLUMNS)

_BEFORE: Final = (Column("event_key"), Column("batch_key"), *BATCH_COLUMNS, *IDENTITY_COLUMNS, *EVENT_COLUMNS)
_AFTER: Final = (*FILE_COLUMNS, Column("raw", values.mapping))
IDENTITY_CHANGE_COLUMNS: Final = (
    *_BEFORE,
    Column("identity_type"),
    *_NEW_IDENTITY_COLUMNS,
    *_OLD_IDENTITY_COLUMNS,
    *_AFTER,
)
ATTRIBUTE_CHANGE_COLUMNS: Final = (*_BEFORE, *_ATTRIBUTE_COLUMNS, *_AFTER)


def identity_rows(batch: Batch) -> Iterator[Row]:
    """Return a row for each change of an identity. `identity_type` is that of the new one, else of the old one."""
    for row, data in _changes(batch, "user_identity_change"):
        new, old = _side(data.get("new")), _side(data.get("old"))
        kind = identity_type(new.get("identity_type")) or identity_type(old.get("identity_type"))
        if kind:
            row["identity_type"] = kind
        yield row | _take_new_identity(new) | _take_old_identity(old)


def attribute_rows(batch: Batch) -> Iterator[Row]:
    """Return a row for each change of an attribute. A value that is a list is JSON text."""
    for row, data in _changes(batch, "user_attribute_change"):
        yield row | _take_attribute(data)


def _changes(batch: Batch, event_type: str) -> Iterator[tuple[Row, dict[str, Any]]]:
    if all(event.get("event_type") != event_type for event in batch.events):
        return
    for key, event, data in batch.keyed_events():
        if event.get("event_type") != event_type:
            continue
        yield {"event_key": key, **batch_columns(batch), **take_event(data), "raw": event}, data


def _side(identity: Any) -> dict[str, Any]:
    """Return the identity before or after a change as an object, whether it came as one or as its value alone."""
    return identity if isinstance(identity, dict) else {"identity": identity}
