"""The CDK's cursor over files, so that no file is lost and states stay few.

What is changed of it:

- A file that was read before is read again whenever its time differs, also where it is older: it was rewritten.
- With more than 10,000 files, the CDK forgets the oldest. Then it leaves out a file that is as old as its cursor, which
  may be one that could not be read, and reads all files of the last days again that it forgot. Here files are read that
  are as old as the oldest one that is remembered or as one that could not be read, or younger.
- A state of the CDK's holds the cursor's own list of files. While it waits to be written, files are added to that whose
  rows wait behind it. Here a state holds a copy.
- A state holds when all date folders were listed, so that old ones need not be listed each time.
- The CDK writes a state, with the names of all files, after each file. Here states are the rarer the longer they are,
  and there is one at the end.
"""

import logging
import time
from collections.abc import Iterable, MutableMapping
from datetime import date, datetime, timedelta, timezone
from functools import cached_property
from typing import Any, Final

from airbyte_cdk.sources.file_based.remote_file import RemoteFile
from airbyte_cdk.sources.file_based.stream.concurrent.cursor import FileBasedConcurrentCursor

from source_mparticle_exports.storage_errors import config_error

_SECONDS_BETWEEN_STATES: Final = 0.001
"""For each file that the state names: with 10,000 files, a state every ten seconds."""

# mParticle asks for events that are up to 30 days old, and may write them into the folder of the day they happened; the
# rest is for delays on the way. An event that is older is found when all folders are listed the next time.
_DAYS_THAT_FOLDERS_FILL: Final = 45
_BETWEEN_FULL_LISTINGS: Final = timedelta(days=7)
_LISTED_KEY: Final = "all_folders_listed"
_BEGINNING: Final = "1-01-01"

# Storages date a file from the beginning of its upload, and show it at the end.
_LONGEST_UPLOAD: Final = timedelta(hours=1)


class ExportCursor(FileBasedConcurrentCursor):
    """Knows which files were read."""

    _last_state = 0.0

    def __init__(
        self, stream_config: Any, stream_name: str, stream_namespace: str | None, stream_state: Any, *rest: Any
    ) -> None:
        """Raise `AirbyteTracedException` (config error) for a state that this connector did not write."""
        if not _is_state(stream_state, self.DATE_TIME_FORMAT):
            raise config_error(
                f"The state of the stream {stream_name} is damaged. Reset the stream, so that it is read anew."
            )
        super().__init__(stream_config, stream_name, stream_namespace, stream_state, *rest)

    @cached_property
    def oldest_day(self) -> date | None:
        """The oldest date folder to list in this sync. None: all of them.

        All are listed once a week, and where the last sync has left a file unread. The states of this sync say so.
        """
        state = self._state or {}
        read, file = (state.get(self._cursor_field.cursor_field_key) or self.zero_cursor_value).split("_", 1)
        # A cursor that is no file that was read is one that was left.
        is_done = state.get("history", {}).get(file) == read
        listed, now = self._all_listed, datetime.now(timezone.utc).replace(tzinfo=None)
        if is_done and listed is not None and timedelta() <= now - listed < _BETWEEN_FULL_LISTINGS:
            # A folder of this machine may hold files of a clock that was wrong.
            return min(self._moment(read), now).date() - timedelta(days=_DAYS_THAT_FOLDERS_FILL)
        self._all_listed = now
        return None

    @cached_property
    def _all_listed(self) -> datetime | None:
        """When all date folders were listed the last time, in UTC."""
        text = (self._state or {}).get(_LISTED_KEY)
        return self._moment(text) if text else None

    def get_files_to_sync(self, all_files: Iterable[RemoteFile], logger: logging.Logger) -> Iterable[RemoteFile]:
        """Return the files to read."""
        if self._is_history_full():
            logger.info(
                "The state names the last %d files. Files that are over an hour older than the oldest of them are taken"
                " for read.",
                self.DEFAULT_MAX_HISTORY_SIZE,
            )
        return (file for file in all_files if self._should_sync_file(file, logger))

    def get_state(self) -> MutableMapping[str, Any]:
        """Return the state as it is now."""
        with self._state_lock:
            state = super().get_state()
            listed = self._all_listed
            return {
                **state,
                "history": dict(state["history"]),
                **({_LISTED_KEY: listed.strftime(self.DATE_TIME_FORMAT)} if listed else {}),
            }

    def emit_state_message(self) -> None:
        """Write a state, unless the last one is fresh."""
        with self._state_lock:
            seconds = len(self._file_to_datetime_history) * _SECONDS_BETWEEN_STATES
        if time.monotonic() - self._last_state >= seconds:
            self._emit()

    def ensure_at_least_one_state_emitted(self) -> None:
        """Write the last state of the stream."""
        self._emit()

    def _emit(self) -> None:
        self._last_state = time.monotonic()
        super().emit_state_message()

    def _should_sync_file(self, file: RemoteFile, logger: Any) -> bool:  # noqa: ARG002 - the CDK's signature
        with self._state_lock:
            read_before = self._file_to_datetime_history.get(file.uri)
            if read_before is not None:
                return bool(file.last_modified.strftime(self.DATE_TIME_FORMAT) != read_before)
            if not self._is_history_full():
                return True
            return bool(file.last_modified >= self._prev_cursor_value[0] - _LONGEST_UPLOAD)

    def _moment(self, text: str) -> datetime:
        return datetime.strptime(text, self.DATE_TIME_FORMAT)


def _is_state(state: Any, form: str) -> bool:
    """Whether a state has the types and times of those that are written. None, or an empty one, is for a beginning."""
    if not state:
        return True
    try:
        times = [*state.get("history", {}).values()]
        times += [state[_LISTED_KEY]] if _LISTED_KEY in state else []
        # Before the first file, it is of year 1, which is not written in four digits everywhere.
        read, _ = state.get(ExportCursor.CURSOR_FIELD, f"{_BEGINNING}_").split("_", 1)
        times += [] if read.startswith(_BEGINNING) else [read]
        for each in times:
            datetime.strptime(each, form)
    except (AttributeError, TypeError, ValueError):
        return False
    return True
