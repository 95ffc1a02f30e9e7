from datetime import datetime, timedelta, timezone
from typing import Any
from unittest.mock import Mock

import pytest
from airbyte_cdk.sources.connector_state_manager import ConnectorStateManager
from airbyte_cdk.sources.file_based.remote_file import RemoteFile
from airbyte_cdk.sources.streams.concurrent.cursor import CursorField
from airbyte_cdk.utils import AirbyteTracedException

from source_mparticle_exports.config import ExportsConfig
from source_mparticle_exports.cursor import ExportCursor

NOON = datetime(2026, 1, 1, 12)
FORM = ExportCursor.DATE_TIME_FORMAT


def cursor_with(
    state: dict[str, Any], sent: list[Any] | None = None, kind: type[ExportCursor] = ExportCursor
) -> ExportCursor:
    config = ExportsConfig.parse_obj({"storage": {"storage_type": "Local", "path": "/"}}).streams[0]
    messages = Mock()
    messages.emit_message = (sent if sent is not None else []).append
    field = CursorField(ExportCursor.CURSOR_FIELD)
    return kind(config, "events", None, state, messages, ConnectorStateManager(), field)


def state_of(files: dict[str, datetime], cursor: str) -> dict[str, Any]:
    return {"history": {uri: at.strftime(FORM) for uri, at in files.items()}, ExportCursor.CURSOR_FIELD: cursor}


def to_read(cursor: ExportCursor, files: dict[str, datetime]) -> set[str]:
    remote = [RemoteFile(uri=uri, last_modified=at) for uri, at in files.items()]
    return {file.uri for file in cursor.get_files_to_sync(remote, Mock())}


def test_a_file_is_read_again_whenever_its_time_differs() -> None:
    hour = timedelta(hours=1)
    cursor = cursor_with(state_of(dict.fromkeys(("same", "newer", "older"), NOON), f"{NOON:{FORM}}_same"))
    assert to_read(cursor, {"same": NOON, "newer": NOON + hour, "older": NOON - hour, "late": NOON - hour}) == {
        "newer",
        "older",
        "late",
    }


class ForgetfulCursor(ExportCursor):
    DEFAULT_MAX_HISTORY_SIZE = 3


def test_a_file_that_could_not_be_read_is_not_lost_when_the_list_of_files_is_full() -> None:
    read = {f"file-{hour}": NOON + timedelta(hours=hour) for hour in (1, 2, 3)}
    cursor = cursor_with(state_of(read, f"{NOON:{FORM}}_failed"), kind=ForgetfulCursor)
    long_ago = {"long-ago": NOON - timedelta(days=1)}
    assert to_read(cursor, {**long_ago, "failed": NOON, **read}) == {"failed"}


def test_a_full_list_of_files_leaves_out_what_was_read_before_them_but_not_what_appears_late() -> None:
    read = {f"file-{day}": NOON + timedelta(days=day) for day in (1, 2, 3)}
    cursor = cursor_with(state_of(read, f"{read['file-3']:{FORM}}_file-3"), kind=ForgetfulCursor)
    forgotten = {"forgotten": NOON}
    late = {"late": read["file-1"] - timedelta(minutes=50), "new": read["file-3"]}
    assert to_read(cursor, {**forgotten, **read, **late}) == {"late", "new"}


def test_a_state_that_waits_does_not_change_with_later_files() -> None:
    cursor = cursor_with(state_of({"a": NOON}, f"{NOON:{FORM}}_a"))
    state = cursor.get_state()
    cursor.set_pending_partitions([])
    cursor.add_file(RemoteFile(uri="b", last_modified=NOON))
    assert list(state["history"]) == ["a"]
    assert list(cursor.get_state()["history"]) == ["a", "b"]


def test_long_states_are_few_and_the_last_one_is_always_written() -> None:
    sent: list[Any] = []
    files = {str(number): NOON for number in range(9000)}
    cursor = cursor_with(state_of(files, f"{NOON:{FORM}}_1"), sent)
    cursor.emit_state_message()
    cursor.emit_state_message()
    assert len(sent) == 1
    cursor.ensure_at_least_one_state_emitted()
    assert len(sent) == 2


def listed(days_ago: float) -> dict[str, str]:
    moment = datetime.now(timezone.utc) - timedelta(days=days_ago)
    return {"all_folders_listed": moment.strftime(FORM)}


DONE = state_of({"a": NOON}, f"{NOON:{FORM}}_a")


def test_old_folders_are_left_out_for_a_week_after_all_were_listed() -> None:
    assert cursor_with({**DONE, **listed(days_ago=6.9)}).oldest_day == (NOON - timedelta(days=45)).date()


@pytest.mark.parametrize(
    "state",
    [
        {},
        state_of({}, ExportCursor.zero_cursor_value),
        DONE,
        DONE | listed(days_ago=7.1),
        # A clock that was wrong.
        DONE | listed(days_ago=-1),
        state_of({"a": NOON}, f"{NOON:{FORM}}_failed") | listed(days_ago=1),
        # A file that was read, and rewritten since.
        state_of({"a": NOON}, f"{NOON + timedelta(hours=1):{FORM}}_a") | listed(days_ago=1),
    ],
)
def test_all_folders_are_listed_where_a_file_may_lie_in_an_old_one(state: dict[str, Any]) -> None:
    cursor = cursor_with(state)
    assert cursor.oldest_day is None
    after = cursor_with({**DONE, "all_folders_listed": cursor.get_state()["all_folders_listed"]})
    assert after.oldest_day is not None


def test_a_sync_that_leaves_folders_out_passes_on_when_all_were_listed() -> None:
    state = {**DONE, **listed(days_ago=2)}
    cursor = cursor_with(state)
    assert cursor.oldest_day
    assert cursor.get_state()["all_folders_listed"] == state["all_folders_listed"]


def test_the_state_of_a_sync_that_found_nothing_is_one_to_go_on_from() -> None:
    cursor = cursor_with({})
    cursor.set_pending_partitions([])
    following = cursor_with(dict(cursor.get_state()))
    assert following.oldest_day is None
    assert to_read(following, {"first": NOON}) == {"first"}


def test_a_file_of_a_clock_that_was_wrong_hides_no_folder() -> None:
    later = datetime(2037, 1, 1)
    cursor = cursor_with(state_of({"a": later}, f"{later:{FORM}}_a") | listed(days_ago=1))
    assert cursor.oldest_day == (datetime.now(timezone.utc) - timedelta(days=45)).date()


@pytest.mark.parametrize(
    "damaged",
    [
        {"history": None},
        {"history": "text"},
        {"history": ["a"]},
        {"history": {"a": 1}},
        {"history": {"a": "yesterday"}},
        {"all_folders_listed": 1},
        {"all_folders_listed": "yesterday"},
        {ExportCursor.CURSOR_FIELD: "text"},
        {ExportCursor.CURSOR_FIELD: "yesterday_a"},
        {ExportCursor.CURSOR_FIELD: 5},
        ["a"],
        "text",
    ],
)
def test_a_damaged_state_is_named(damaged: Any) -> None:
    with pytest.raises(AirbyteTracedException, match=r"^The state of the stream events is damaged"):
        cursor_with({**DONE, **damaged} if isinstance(damaged, dict) else damaged)
