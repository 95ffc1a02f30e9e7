"""The source connector, run by PyAirbyte the way Airbyte's platform runs it."""

import logging
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from .problems import DemoError

_NAME = "source-mparticle"

# PyAirbyte reads them once, when it is imported: no look-up of the connector online, no report of its use, plain lines.
_PYAIRBYTE_SETTINGS = {"AIRBYTE_OFFLINE_MODE": "1", "DO_NOT_TRACK": "1", "NO_LIVE_PROGRESS": "1"}


class Connector:
    """One configured source.

    Its methods raise DemoError with the connector's own sentence. What PyAirbyte prints goes to `console.log` in the
    folder `logs`, beside the log files that it writes there itself.
    """

    def __init__(self, config: dict[str, Any], logs: Path) -> None:
        self._logs = logs
        self._errors = _ErrorMessages()
        os.environ.update(_PYAIRBYTE_SETTINGS, AIRBYTE_LOGGING_ROOT=str(logs))
        with self._running():
            import airbyte  # noqa: PLC0415 - takes seconds, and must find the environment set

            executable = Path(sys.executable).with_name(_NAME)
            self._source = airbyte.get_source(_NAME, config=config, local_executable=executable)
        logging.getLogger(f"airbyte.{_NAME}").addHandler(self._errors)

    def check(self) -> None:
        """Let the connector try its configuration."""
        with self._running():
            self._source.check()

    def streams(self) -> list[str]:
        """Ask the connector what can be read."""
        with self._running():
            return list(self._source.get_available_streams())

    def read(self, streams: Sequence[str], database: Path) -> int:
        """Read each stream into a table of its name in a DuckDB file; the number of records."""
        with self._running():
            from airbyte.caches import DuckDBCache  # noqa: PLC0415 - as above

            # Closed afterwards, for DuckDB lets nobody else open the file meanwhile.
            with DuckDBCache(db_path=database, cache_dir=self._logs.parent / "cache") as cache:
                return self._source.read(cache=cache, streams=list(streams)).processed_records

    @contextmanager
    def _running(self) -> Iterator[None]:
        self._errors.messages.clear()
        console = self._logs / "console.log"
        with console.open("a", encoding="utf-8") as log, redirect_stdout(log), redirect_stderr(log):
            try:
                yield
            except Exception as error:
                # The frames alone: the message of one of PyAirbyte's errors may hold the configuration.
                traceback.print_tb(error.__traceback__)
                raise DemoError(self._sentence(error)) from error

    def _sentence(self, error: Exception) -> str:
        """What the connector said, else what PyAirbyte says; never the error's context, which may hold the config."""
        context = getattr(error, "context", None) or {}
        said = context.get("failure_reason") or (self._errors.messages or [""])[-1]
        return said or f"PyAirbyte stopped with {type(error).__name__}; see {self._logs}."


class _ErrorMessages(logging.Handler):
    """Keeps the connector's error messages: PyAirbyte logs them and then raises an error without them."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one message."""
        self.messages.append(record.getMessage())
