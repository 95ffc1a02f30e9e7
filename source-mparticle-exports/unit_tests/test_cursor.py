from datetime import datetime, timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from airbyte_cdk.sources.connector_state_manager import ConnectorStateManager
from airbyte_cdk.sources.file_based.remote_file import RemoteFile
from airbyte_cdk.sources.streams.concurrent.cursor import CursorField

from source_mparticle_exports.config import ExportsConfig
from source_mparticle_exports.cursor import ExportCursor

NOON = datetime(2026, 1, 1, 12)
FORM = ExportCursor.DATE_TIME_FORMAT


def cursor_with(state: dict[str, Any], sent: list[Any] | None = None) -> ExportCursor:
    config = ExportsConfig.parse_obj({"storage": {"storage_type": "Local", "path": "/"}}).streams[0]
    messages = Mock()
    messages.emit_message = (sent if sent is not None else []).append
    field = CursorField(ExportCursor.CURSOR_FIELD)
    return ExportCursor(config, "events", None, state, messages, ConnectorStateManager(), field)


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


def test_a_file_that_could_not_be_read_is_not_lost_when_the_list_of_files_is_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ExportCursor, "DEFAULT_MAX_HISTORY_SIZE", 3)
    read = {f"file-{hour}": NOON + timedelta(hours=hour) for hour in (1, 2, 3)}
    cursor = cursor_with(state_of(read, f"{NOON:{FORM}}_failed"))
    long_ago = {"long-ago": NOON - timedelta(days=1)}
    assert to_read(cursor, {**long_ago, "failed": NOON, **read}) == {"failed"}


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


def test_folders_are_left_out_only_once_everything_was_read() -> None:
    assert cursor_with({}).oldest_day is None
    assert cursor_with(state_of({}, ExportCursor.zero_cursor_value)).oldest_day is None
    found = cursor_with(state_of({"a": NOON}, f"{NOON:{FORM}}_a")).oldest_day
    assert found == (NOON - timedelta(days=45)).date()


def test_after_a_sync_that_was_interrupted_all_folders_are_listed() -> None:
    # The oldest file that was not read is young; its folder need not be.
    state = state_of({"a": NOON}, f"{NOON:{FORM}}_2023-01-01/waiting")
    assert cursor_with(state).oldest_day is None
    rewritten = state_of({"a": NOON - timedelta(days=1)}, f"{NOON:{FORM}}_a")
    assert cursor_with(rewritten).oldest_day is None
