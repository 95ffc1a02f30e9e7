"""Events for what a batch changes about its user."""

from typing import Any

from mparticle_sandbox.core.exports.options import ExportOptions
from mparticle_sandbox.core.exports.queue import ExportQueue

from tests.helpers.exports import AT_MS, lines, stored
from tests.helpers.sender import batch


def exported(*batches: dict[str, Any], **options: Any) -> list[list[dict[str, Any]]]:
    """The events of each line that these batches become."""
    queue = ExportQueue(ExportOptions(**{"changes": True, **options}), seed=7, mpids={})
    for content in batches:
        queue.add(stored(content), "Shop")
    return [line["events"] for file in queue.take(AT_MS * 1000, everything=True) for line in lines(file.content)]


def of_kind(events: list[dict[str, Any]], kind: str, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(event["data"][name] for name in names) for event in events if event["event_type"] == kind]


def attributes(*batches: dict[str, Any]) -> list[list[tuple[Any, ...]]]:
    names = ("user_attribute_name", "new", "old", "is_new_attribute", "deleted")
    return [of_kind(events, "user_attribute_change", *names) for events in exported(*batches)]


def test_an_attribute_that_is_set_changed_or_deleted_is_a_change_and_one_that_stays_is_none() -> None:
    assert attributes(
        batch(user_attributes={"tier": "gold", "brands": ["a"]}),
        batch(user_attributes={"tier": "silver", "brands": ["a"]}),
        batch(deleted_user_attributes=["tier", "unknown"]),
        batch(user_attributes={"tier": "gold", "other": None}),
    ) == [
        [("tier", "gold", None, True, False), ("brands", ["a"], None, True, False)],
        [("tier", "silver", "gold", False, False)],
        [("tier", None, "silver", False, True)],
        [("tier", "gold", None, True, False)],
    ]


def test_an_identity_that_is_new_or_another_is_a_change() -> None:
    changes = [
        of_kind(events, "user_identity_change", "new", "old")
        for events in exported(
            batch(user_identities={"customer_id": "c-1", "email": "a@b.example"}),
            batch(user_identities={"customer_id": "c-1", "email": "c@d.example"}),
            batch(user_identities={"customer_id": "c-1"}),
        )
    ]
    first = {"identity_type": "email", "identity": "a@b.example", "timestamp_unixtime_ms": AT_MS}
    assert [len(each) for each in changes] == [2, 1, 0]
    assert changes[1] == [({**first, "identity": "c@d.example", "created_this_batch": True}, first)]


def test_users_do_not_share_what_is_known() -> None:
    one, other = (batch(user_identities={"customer_id": name}, user_attributes={"a": "x"}) for name in ("c-1", "c-2"))
    assert [len(changes) for changes in attributes(one, other, one)] == [1, 1, 0]


def test_changes_come_behind_the_events_of_the_batch_in_its_session_with_ids_of_their_own() -> None:
    (events,) = exported(batch(user_attributes={"a": "x"}))
    assert [event["event_type"] for event in events] == [
        "custom_event",
        "user_attribute_change",
        "user_identity_change",
    ]
    assert len({event["data"]["session_id"] for event in events}) == 1
    assert len({event["data"]["event_id"] for event in events}) == 3


def test_a_batch_without_events_has_its_changes_alone() -> None:
    assert [[event["event_type"] for event in events] for events in exported(batch(events=[]))] == [
        ["user_identity_change"]
    ]


def test_changes_are_only_exported_on_request() -> None:
    (events,) = exported(batch(user_attributes={"a": "x"}), changes=False)
    assert [event["event_type"] for event in events] == ["custom_event"]
