"""The state of a stream: how far each partition was read, and which options the sync was made with.

    {"last_modified_on": "2026-11-20T08:15:00.000000", "made_with": {"account_id": "1201"}}

and, of a stream that is read for each workspace, app or plan,

    {"partitions": [{"partition": {"workspace_id": 5318}, "last_modified_on": "..."}], "made_with": {...}}
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from source_mparticle.incremental.timestamps import TimestampField, UnusableTimestamp

MADE_WITH = "made_with"
PARTITIONS = "partitions"
_PARTITION = "partition"
# What Airbyte's CDK saves for a full refresh.
_NO_CURSOR = "__ab_no_cursor_state_message"
# A partition of this connector names a plan and its workspace. Far deeper ones end the interpreter's recursion.
_DEEPEST_PARTITION = 20
_UNREADABLE = set(UnusableTimestamp) - {UnusableTimestamp.FUTURE}


@dataclass(frozen=True)
class SavedState:
    """The cursors of a saved state by the key of their partition.

    `unusable` says why the stream is read from its beginning, in a clause such as "it was saved by a full refresh".
    `other_options` are the keys of the options that have changed since, which has the same effect. `in_future` counts
    cursors that prove nothing because they lie after the start of the sync.
    """

    cursors: Mapping[str, datetime] = field(default_factory=dict)
    unusable: str | None = None
    other_options: Sequence[str] = ()
    in_future: int = 0


def options_of(config: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """The options that shape a stream, as its state holds them. What is not filled in is left out; lists are sets."""
    chosen = {name: config[name] for name in names if config.get(name)}
    return {name: sorted(set(value)) if isinstance(value, list) else value for name, value in chosen.items()}


def key_of(partition: Mapping[str, Any]) -> str:
    """One text for one partition; that of a stream without partitions is `{}`."""
    return json.dumps(_without_empty_parents(partition), sort_keys=True)


def saved_in(
    state: Mapping[str, Any] | None, time: TimestampField, made_with: Mapping[str, Any], start: datetime
) -> SavedState:
    """What a state proves to a sync that starts at `start`; None is that of a first sync.

    Whatever it holds, this does not fail.
    """
    if state is None:
        return SavedState()
    unusable = _why_unusable(state, time, start)
    if unusable:
        return SavedState(unusable=unusable)
    before = state[MADE_WITH]
    changed = [name for name in sorted({*before, *made_with}) if before.get(name) != made_with.get(name)]
    if changed:
        return SavedState(other_options=changed)
    timestamps = {key_of(entry[_PARTITION]): time.parse(entry[time.name], start) for entry in _entries(state, time)}
    # A sync saves no timestamp after its own start, so one in the future was saved by another clock.
    cursors = {
        key: timestamp
        for key, timestamp in timestamps.items()
        if isinstance(timestamp, datetime) and timestamp <= start
    }
    return SavedState(cursors, in_future=len(timestamps) - len(cursors))


def state_of(cursors: Mapping[str, datetime], time: TimestampField, made_with: Mapping[str, Any]) -> dict[str, Any]:
    """The state to save for these cursors."""
    state: dict[str, Any] = {MADE_WITH: dict(made_with)}
    whole = key_of({})
    if whole in cursors:
        return {time.name: time.format(cursors[whole]), **state}
    entries = [{_PARTITION: json.loads(key), time.name: time.format(cursors[key])} for key in sorted(cursors)]
    return {PARTITIONS: entries, **state} if entries else state


def _why_unusable(state: Mapping[str, Any], time: TimestampField, start: datetime) -> str | None:
    if not state:
        return "it is empty"
    if state.get(_NO_CURSOR):
        return "it was saved by a full refresh"
    if not isinstance(state.get(MADE_WITH), dict):
        return "it does not say which options it was made with"
    entries = _entries(state, time)
    if not isinstance(entries, list) or not all(_is_entry(entry) for entry in entries):
        return "it has an unknown form"
    if any(time.parse(entry.get(time.name), start) in _UNREADABLE for entry in entries):
        return "it holds a time that cannot be read"
    return None


def _entries(state: Mapping[str, Any], time: TimestampField) -> Any:
    return [{**state, _PARTITION: {}}] if time.name in state else state.get(PARTITIONS, [])


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get(_PARTITION), dict) and not _is_too_deep(entry[_PARTITION])


def _is_too_deep(partition: Mapping[str, Any]) -> bool:
    level: list[Any] = [partition]
    for _ in range(_DEEPEST_PARTITION):
        containers = [each for each in level if isinstance(each, dict | list)]
        level = [inner for each in containers for inner in (each.values() if isinstance(each, dict) else each)]
    return bool(level)


def _without_empty_parents(partition: Mapping[str, Any]) -> dict[str, Any]:
    """The CDK notes the partition of the parent in each, also where the parent has none."""
    nested = {
        key: _without_empty_parents(value) if isinstance(value, dict) else value for key, value in partition.items()
    }
    return {key: value for key, value in nested.items() if value != {}}
