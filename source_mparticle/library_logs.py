"""Keeps what libraries log out of the log: they quote what a server sent, and servers quote what they were sent."""

import logging

# The connector's own lines and the CDK's about a sync.
_OWN = "airbyte"


class OwnLinesOnly(logging.Filter):
    """A filter for handlers. Of a library's warnings and errors it leaves the place, once each; the rest is dropped."""

    def __init__(self) -> None:
        super().__init__()
        self._told: set[tuple[str, int]] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is logged. That of a library is changed in place."""
        if record.name == _OWN or record.name.startswith(f"{_OWN}."):
            return True
        place = (record.filename, record.lineno)
        if record.levelno < logging.WARNING or place in self._told:
            return False
        self._told.add(place)
        record.msg, record.args = _notice(record), None
        record.exc_info = record.exc_text = record.stack_info = None
        return True


def show_own_lines_only() -> None:
    """Filter everything that is logged from here on, by the handlers that are set up now."""
    own = OwnLinesOnly()
    for handler in logging.getLogger().handlers:
        handler.addFilter(own)


def _notice(record: logging.LogRecord) -> str:
    return (
        f"The library {record.name} logged something at {record.filename}:{record.lineno}. It is not shown, because it "
        "may quote records or secrets."
    )
