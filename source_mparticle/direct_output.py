"""Airbyte's messages on stdout, without the CDK: one line of JSON each, and no secret in what is logged."""

import json
import logging
import sys
from threading import RLock
from typing import Any

from source_mparticle.library_logs import show_own_lines_only

# Airbyte's names of Python's levels.
_LEVELS = {logging.CRITICAL: "FATAL", logging.ERROR: "ERROR", logging.WARNING: "WARN"}
_MASK = "****"


class Output:
    """Any thread may write a message; each goes out at once and whole."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._secrets: list[str] = []

    def message(self, message: dict[str, Any]) -> None:
        """Write a message. Airbyte reads UTF-8, whatever the locale of the machine is."""
        line = json.dumps(message, ensure_ascii=False, separators=(",", ":")) + "\n"
        with self._lock:
            # JSON's escape for half of a character pair is Python's.
            sys.stdout.buffer.write(line.encode("utf-8", "backslashreplace"))
            sys.stdout.buffer.flush()

    def close(self) -> None:
        """Let no other thread write from here on."""
        self._lock.acquire()

    def mask(self, secret: str) -> None:
        """Show this in nothing that is logged from here on."""
        # Longest first: a secret may contain another one.
        self._secrets = sorted({*self._secrets, secret}, key=len, reverse=True)

    def masked(self, text: str) -> str:
        """A text without the secrets."""
        for secret in self._secrets:
            text = text.replace(secret, _MASK)
        return text

    def take_logs(self) -> None:
        """Log as messages, and nothing that a library says."""
        logging.basicConfig(format="%(message)s", handlers=[_Messages(self)], force=True)
        logging.getLogger("airbyte").setLevel(logging.INFO)
        show_own_lines_only()


class _Messages(logging.Handler):
    def __init__(self, output: Output) -> None:
        super().__init__()
        self._output = output

    def emit(self, record: logging.LogRecord) -> None:
        text = self._output.masked(self.format(record))
        self._output.message({"type": "LOG", "log": {"level": _LEVELS.get(record.levelno, "INFO"), "message": text}})
