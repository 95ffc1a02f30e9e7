"""The stream `audience_membership_changes`: one row per user that an audience gained or lost."""

from collections.abc import Iterator
from typing import Final

from source_mparticle_exports.records import keys, values
from source_mparticle_exports.records.columns import Column, Row, taker
from source_mparticle_exports.records.identities import IDENTITY_COLUMNS, identities, identity_columns
from source_mparticle_exports.records.line import MembershipChange

_CHANGE_COLUMNS: Final = (Column("membership_changed_timestamp", values.timestamp, "MembershipChangedTimestamp"),)

_take_change = taker(*_CHANGE_COLUMNS)

COLUMNS: Final = (
    Column("membership_change_key"),
    Column("audience_id"),
    Column("audience_name"),
    Column("action"),
    Column("mpid"),
    *IDENTITY_COLUMNS,
    *_CHANGE_COLUMNS,
    Column("exported_timestamp", values.timestamp),
    Column("raw", values.mapping),
)


def rows(change: MembershipChange) -> Iterator[Row]:
    """Return the one row of a change.

    `action` is `add` or `remove`. The audience is known from the file's name, where spaces are hyphens. The key is the
    audience, the identities, the action and the time, so a change that comes in two files has one.
    """
    file, content = change.file, change.content
    found = identities(content.get("IdentityValues"))
    action = "add" if values.boolean(content["IsAddRequest"]) else "remove"
    # Of an unknown audience, changes in two files may be of two audiences.
    audience = file.audience_id or file.name
    when = content.get("MembershipChangedTimestamp")
    row: Row = {"membership_change_key": keys.digest("membership", audience, action, found, when), "action": action}
    row |= {"audience_id": file.audience_id, "audience_name": file.audience_name} if file.audience_id else {}
    if mpid := found.pop("mpid", None):
        row["mpid"] = mpid
    row |= identity_columns(found) | _take_change(content)
    if file.time is not None:
        row["exported_timestamp"] = values.utc(file.time)
    yield row | {"raw": content}
