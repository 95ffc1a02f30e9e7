"""Events for what a batch changes about its user, which mParticle forwards on request: attributes and identities.

Both are events of the Events API too; their fields are documented there.
"""

from typing import Any, final

from mparticle_sandbox.core.exports import drawn

_Content = dict[str, Any]


@final
class KnownUsers:
    """What earlier batches told about each user, by MPID."""

    def __init__(self) -> None:
        self._attributes: dict[int, _Content] = {}
        self._identities: dict[int, dict[str, _Content]] = {}

    def with_changes(self, batch: _Content) -> _Content:
        """Return an outbound batch with an event for each change behind its own events."""
        changed = [
            *(("user_attribute_change", data) for data in self._attribute_changes(batch)),
            *(("user_identity_change", data) for data in self._identity_changes(batch)),
        ]
        events = [
            {"event_type": kind, "data": {**_common(batch, index), **data}}
            for index, (kind, data) in enumerate(changed)
        ]
        return {**batch, "events": [*batch["events"], *events]}

    def remember(self, batch: _Content) -> None:
        """Take over what an outbound batch tells about its user."""
        attributes = self._attributes.setdefault(batch["mpid"], {})
        attributes.update(_set_attributes(batch))
        for name in _deleted(batch):
            attributes.pop(name, None)
        identities = self._identities.setdefault(batch["mpid"], {})
        identities.update({identity["identity_type"]: identity for identity in batch["user_identities"]})

    def _attribute_changes(self, batch: _Content) -> list[_Content]:
        known = self._attributes.get(batch["mpid"], {})
        changes = [
            _attribute_change(name, value, known.get(name), is_new=name not in known, deleted=False)
            for name, value in _set_attributes(batch).items()
            if value != known.get(name)
        ]
        changes += [
            _attribute_change(name, None, known[name], is_new=False, deleted=True)
            for name in _deleted(batch)
            if name in known
        ]
        return changes

    def _identity_changes(self, batch: _Content) -> list[_Content]:
        known = self._identities.get(batch["mpid"], {})
        changes = []
        for identity in batch["user_identities"]:
            old = known.get(identity["identity_type"])
            if old is None or old["identity"] != identity["identity"]:
                changes.append({"new": {**identity, "created_this_batch": True}, "old": old})
        return changes


def _set_attributes(batch: _Content) -> _Content:
    # What null does to an attribute is not documented.
    deleted = _deleted(batch)
    return {
        name: value for name, value in batch["user_attributes"].items() if value is not None and name not in deleted
    }


def _deleted(batch: _Content) -> list[str]:
    return list(dict.fromkeys(batch.get("deleted_user_attributes") or ()))


def _attribute_change(name: str, new: Any, old: Any, *, is_new: bool, deleted: bool) -> _Content:
    return {"user_attribute_name": name, "new": new, "old": old, "is_new_attribute": is_new, "deleted": deleted}


def _common(batch: _Content, index: int) -> _Content:
    """Return what every event has; the session is that of the batch's first event."""
    at_ms, message = batch["timestamp_unixtime_ms"], batch["message_id"]
    session = next((event["data"] for event in batch["events"]), None) or {
        "session_uuid": drawn.guid("session", message),
        "session_id": drawn.int64("session", message),
    }
    return {
        "timestamp_unixtime_ms": at_ms,
        "event_start_unixtime_ms": at_ms,
        "session_uuid": session["session_uuid"],
        "session_id": session["session_id"],
        "event_id": drawn.int64("change", message, index),
    }
