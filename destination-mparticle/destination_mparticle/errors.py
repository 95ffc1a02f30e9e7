"""The ways a sync ends early. The shell turns them into Airbyte's errors (`error_report.report`)."""

from enum import Enum
from typing import ClassVar


class FailureType(Enum):
    """What can be done about an error, in Airbyte's words."""

    CONFIG = "config_error"
    TRANSIENT = "transient_error"
    SYSTEM = "system_error"


class SyncError(Exception):
    """Ends a command. `message` is for the user: one sentence or more for each error, all of them at once."""

    failure_type: ClassVar[FailureType]

    def __init__(self, *sentences: str) -> None:
        self.message = " ".join(sentences)
        super().__init__(self.message)


class ConfigError(SyncError):
    """Something the user has to change."""

    failure_type = FailureType.CONFIG


class TransientError(SyncError):
    """Something that another attempt may get past."""

    failure_type = FailureType.TRANSIENT


class UnrecoverableError(SyncError):
    """Something that neither another configuration nor another attempt fixes."""

    failure_type = FailureType.SYSTEM
