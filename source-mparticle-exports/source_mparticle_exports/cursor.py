"""The CDK's cursor over files, so that no file is lost and states stay few.

What is changed of it:

- A file that was read before is read again whenever its time differs, also where it is older: it was rewritten.
- With more than 10,000 files, the CDK forgets the oldest. Then it leaves out a file that is as old as its cursor. Such
  a file may be one that could not be read, so here it is read.
- A state of the CDK's holds the cursor's own list of files. While it waits to be written, files are added to that whose
  rows wait behind it. Here a state holds a copy.
- The CDK writes a state, with the names of all files, after each file. Here states are the rarer the longer they are,
  and there is one at the end.
"""

import time
from collections.abc import MutableMapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from airbyte_cdk.sources.file_based.remote_file import RemoteFile
from airbyte_cdk.sources.file_based.stream.concurrent.cursor import FileBasedConcurrentCursor

_SECONDS_BETWEEN_STATES: Final = 0.001
"""For each file that the state names: with 10,000 files, a state every ten seconds."""

# mParticle takes events that are up to 30 days old, and may write them into the folder of the day they happened; the
# rest is for delays on the way.
_DAYS_THAT_FOLDERS_FILL: Final = 45


class ExportCursor(FileBasedConcurrentCursor):
    """Knows which files were read."""

    _last_state = 0.0

    @property
    def oldest_day(self) -> date | None:
        """The oldest date folder that may hold files that were not read. None: any may.

        A sync that ended left the cursor at a file that was read. One that was interrupted left it at the oldest that
        was not, by the time it was written; of a bucket that was copied, that says nothing about the days of folders.
        """
        state = self._state or {}
        cursor = state.get(self._cursor_field.cursor_field_key)
        if not cursor:
            return None
        moment, _, path = cursor.partition("_")
        if state.get("history", {}).get(path) != moment:
            return None
        read_until = self._moment(moment)
        if read_until.year <= self.zero_value.year:
            return None
        return read_until.date() - timedelta(days=_DAYS_THAT_FOLDERS_FILL)

    def get_state(self) -> MutableMapping[str, Any]:
        """Return the state as it is now."""
        with self._state_lock:
            state = super().get_state()
            return {**state, "history": dict(state["history"])}

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
            return bool(file.last_modified >= min(self._prev_cursor_value[0], self._sync_start))

    def _moment(self, text: str) -> datetime:
        return datetime.strptime(text, self.DATE_TIME_FORMAT)
