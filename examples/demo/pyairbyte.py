"""PyAirbyte, which runs connectors the way Airbyte's platform does: quietly, and with errors of one sentence."""

import logging
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

from .errors import DemoError

# PyAirbyte reads them once, when it is imported: no look-up of the connector online, no report of its use, plain lines.
_SETTINGS = {"AIRBYTE_OFFLINE_MODE": "1", "DO_NOT_TRACK": "1", "NO_LIVE_PROGRESS": "1"}


class PyAirbyte:
    """Where PyAirbyte works.

    What it prints goes to `console.log` in the folder `logs`, beside the log files that it writes there itself.
    """

    def __init__(self, logs: Path) -> None:
        self.cache = logs.parent / "cache"
        self._logs = logs
        self._errors = _ErrorMessages()
        os.environ.update(_SETTINGS, AIRBYTE_LOGGING_ROOT=str(logs))

    @contextmanager
    def running(self, connector: str) -> Iterator[None]:
        """Let PyAirbyte run `connector` in the `with` block. Raise DemoError with the connector's own sentence."""
        self._errors.messages.clear()
        logging.getLogger(f"airbyte.{connector}").addHandler(self._errors)
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


def executable(connector: str) -> Path:
    """The command of a connector that is installed beside this Python."""
    return Path(sys.executable).with_name(connector)


class _ErrorMessages(logging.Handler):
    """Keeps the connector's error messages: PyAirbyte logs them and then raises an error without them."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one message."""
        self.messages.append(record.getMessage())
