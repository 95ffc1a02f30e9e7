"""One line at a time on stdout, from several threads, with no secret in what people read.

Secrets are masked in texts before they become JSON, so that no secret, however short, can harm a message's form.
"""

import base64
import logging
import re
from collections.abc import Iterable, Iterator
from threading import Lock
from typing import Any, Final, Protocol
from urllib.parse import quote, quote_plus

import orjson

from destination_mparticle.protocol import outgoing

_STARS: Final = "****"
_LONG: Final = 8
"""Characters from which on a secret is masked inside of words, too. A shorter one could be a part of any word."""

_TEXTS: Final = (
    (("log",), ("message", "stack_trace")),
    (("trace", "error"), ("message", "internal_message", "stack_trace")),
    (("connectionStatus",), ("message",)),
)
"""Where messages hold text for people."""

_LOGGER: Final = "airbyte"
"""The logger of the connector's own messages."""

_LEVELS: Final = {
    logging.FATAL: "FATAL",
    logging.ERROR: "ERROR",
    logging.WARNING: "WARN",
    logging.INFO: "INFO",
    logging.DEBUG: "DEBUG",
}
"""Python's log levels, and Airbyte's."""

_VERY_LONG: Final = 4_096
"""Characters from which on a secret is searched for by itself, since compiling it takes seconds for each megabyte."""

_MOMENT_SECONDS: Final = 0.2
"""More than it takes to write a line that somebody reads."""

_secrets: re.Pattern[str] | None = None
_very_long_secrets: tuple[str, ...] = ()


def mask_secrets(secrets: Iterable[str]) -> None:
    """Make `mask` replace these secrets from now on, and no others."""
    global _secrets, _very_long_secrets  # noqa: PLW0603 - logs are the process's own, and so are the secrets in them
    forms = sorted({form for secret in secrets for form in _forms(secret)}, key=lambda form: (-len(form), form))
    patterns = [_pattern(form) for form in forms if len(form) < _VERY_LONG]
    _secrets = re.compile("|".join(patterns)) if patterns else None
    _very_long_secrets = tuple(form for form in forms if len(form) >= _VERY_LONG)


def mask(text: str) -> str:
    """Return a text with stars in place of every secret, also where it is percent-encoded, Base64 or in JSON."""
    for secret in _very_long_secrets:
        text = text.replace(secret, _STARS)
    return text if _secrets is None else _secrets.sub(_STARS, text)


def _forms(secret: str) -> Iterator[str]:
    yield secret
    yield quote(secret)
    yield quote(secret, safe="")
    yield quote_plus(secret)
    yield base64.b64encode(secret.encode()).decode()
    yield orjson.dumps(secret).decode()[1:-1]


def _pattern(form: str) -> str:
    escaped = re.escape(form)
    return escaped if len(form) >= _LONG else rf"(?<!\w){escaped}(?!\w)"


class LineWriter(Protocol):
    """Takes whole lines, each with its end."""

    def write(self, line: bytes, /) -> object:
        """Take a line."""

    def flush(self) -> object:
        """Make sure that the lines so far can be read."""


class Output:
    """Writes whole lines and never mixes them."""

    def __init__(self, stream: LineWriter) -> None:
        self._stream = stream
        self._lock = Lock()

    def line(self, line: bytes) -> None:
        """Write one line, at once."""
        with self._lock:
            self._write(line)

    def message(self, message: outgoing.Message) -> None:
        """Write an Airbyte message, the secrets in its texts masked."""
        self.line(_json(message))

    def message_unless_busy(self, message: outgoing.Message) -> None:
        """Write a message, or nothing where a line is being written: what handles a signal may have interrupted it."""
        line = _json(message)
        if self._lock.acquire(timeout=_MOMENT_SECONDS):
            try:
                self._write(line)
            finally:
                self._lock.release()

    def _write(self, line: bytes) -> None:
        self._stream.write(line + b"\n")
        self._stream.flush()


def _json(message: outgoing.Message) -> bytes:
    for path, names in _TEXTS:
        _make_readable(message, path, names)
    return orjson.dumps(message)


def _make_readable(message: dict[str, Any], path: tuple[str, ...], names: tuple[str, ...]) -> None:
    part: Any = message
    for step in path:
        part = part.get(step) or {}
    for name in names:
        if isinstance(part.get(name), str):
            # JSON cannot hold halves of surrogate pairs, which a path on the command line may have.
            part[name] = mask(part[name]).encode("utf-8", "backslashreplace").decode()


class LogHandler(logging.Handler):
    """Sends the connector's log out as Airbyte messages.

    Libraries quote what a server sent, and servers quote what they were sent. Of a library's warnings and errors only
    the place is told, once for each; the rest of its log is dropped.
    """

    def __init__(self, output: Output) -> None:
        super().__init__()
        self._output = output
        self._told: set[tuple[str, int]] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Write one log record."""
        level = _LEVELS.get(record.levelno, "INFO")
        if record.name == _LOGGER:
            self._output.message(outgoing.log(level, self.format(record)))
        elif record.levelno >= logging.WARNING and (record.filename, record.lineno) not in self._told:
            self._told.add((record.filename, record.lineno))
            self._output.message(outgoing.log(level, _notice(record)))


def _notice(record: logging.LogRecord) -> str:
    return (
        f"The library {record.name} logged something at {record.filename}:{record.lineno}. It is not shown, because it "
        "may quote records or secrets."
    )


def log_to(output: Output, level: int = logging.INFO) -> None:
    """Make this the only place that logs go to."""
    root = logging.getLogger()
    root.handlers = [LogHandler(output)]
    root.setLevel(level)
    # The CDK gives the connector's own logger a level of its own.
    logging.getLogger(_LOGGER).setLevel(logging.NOTSET)
