"""The messages that a command prints, as the Airbyte protocol shapes them.

They are plain dictionaries: to import the CDK's models takes longer than most commands. Tests read them with those
models.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from destination_mparticle.error_report import ErrorReport

Message = dict[str, Any]


def spec(specification: Mapping[str, Any]) -> Message:
    """Return what `spec` prints."""
    return {"type": "SPEC", "spec": specification}


def connection_status(errors: Sequence[str]) -> Message:
    """Return what `check` prints: a failure when there are errors, one sentence for each."""
    status = {"status": "FAILED", "message": " ".join(errors)} if errors else {"status": "SUCCEEDED"}
    return {"type": "CONNECTION_STATUS", "connectionStatus": status}


def log(level: str, text: str) -> Message:
    """Return a line of the log, its level one of Airbyte's."""
    return {"type": "LOG", "log": {"level": level, "message": text}}


def error_trace(report: ErrorReport, emitted_at: int) -> Message:
    """Return what ends a command that has failed. `emitted_at` is in milliseconds since 1970."""
    error = {
        "message": report.message,
        "internal_message": report.internal_message,
        "stack_trace": report.stack_trace,
        "failure_type": report.failure_type.value,
    }
    return {"type": "TRACE", "trace": {"type": "ERROR", "emitted_at": emitted_at, "error": error}}
