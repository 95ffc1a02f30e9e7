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

import time
from collections.abc import MutableMapping
from datetime import date, datetime, timedelta, timezone
from functools import cached_property
from typing import Any, Final

from airbyte_cdk.sources.file_based.remote_file import RemoteFile
from airbyte_cdk.sources.file_based.stream.concurrent.cursor import FileBasedConcurrentCursor

_SECONDS_BETWEEN_STATES: Final = 0.001
"""For each file that the state names: with 10,000 files, a state every ten seconds."""

# mParticle asks for events that are up to 30 days old, and may write them into the folder of the day they happened; the
# rest is for delays on the way. An event that is older is found when all folders are listed the next time.
_DAYS_THAT_FOLDERS_FILL: Final = 45
_BETWEEN_FULL_LISTINGS: Final = timedelta(days=7)
_LISTED_KEY: Final = "all_folders_listed"

# Storages date a file from the beginning of its upload, and show it at the end.
_LONGEST_UPLOAD: Final = timedelta(hours=1)


class ExportCursor(FileBasedConcurrentCursor):
    """Knows which files were read."""

    _last_state = 0.0

    @cached_property
    def oldest_day(self) -> date | None:
        """The oldest date folder to list in this sync. None: all of them.

        All are listed once a week, and where the last sync has left a file unread. The states of this sync say so.
        """
        state = self._state or {}
        time, file = (state.get(self._cursor_field.cursor_field_key) or self.zero_cursor_value).split("_", 1)
        # A cursor that is no file that was read is one that was left.
        is_done = state.get("history", {}).get(file) == time
        listed, now = self._all_listed, datetime.now(timezone.utc).replace(tzinfo=None)
        if is_done and listed is not None and timedelta() <= now - listed < _BETWEEN_FULL_LISTINGS:
            return self._moment(time).date() - timedelta(days=_DAYS_THAT_FOLDERS_FILL)
        self._all_listed = now
        return None

    @cached_property
    def _all_listed(self) -> datetime | None:
        """When all date folders were listed the last time, in UTC."""
        text = (self._state or {}).get(_LISTED_KEY)
        return self._moment(text) if text else None

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
