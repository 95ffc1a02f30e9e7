"""Parse the timestamps of records: an instant that can be compared, or the reason why a value proves nothing."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import Any

# The zone of mParticle's timestamps is not documented, so one of today may look up to a day ahead.
AHEAD = timedelta(days=1)

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
# mParticle writes from none to seven digits of a second, with and without a zone, and a blank in custom roles.
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|([+-]\d\d):?(\d\d))?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class UnusableTimestamp(Enum):
    """Why a value does not say when its row was changed."""

    MISSING = "missing or null"
    NOT_TEXT = "not text"
    NOT_A_TIME = "not a time"
    # Such as .NET's default of the year 1, and the beginning of Unix time itself.
    BEFORE_1970 = "not after 1970-01-01"
    FUTURE = "more than a day in the future"


@dataclass(frozen=True)
class TimestampField:
    """The field that says when a record was changed. `by_day` is one that holds dates, such as `2026-11-21`."""

    name: str
    by_day: bool = False

    def parse(self, value: Any, start: datetime) -> datetime | UnusableTimestamp:
        """The instant, in UTC, of a value; `start` is when the sync started.

        A timestamp without a zone counts as UTC. Digits after the sixth of a second are cut off.
        """
        if value is None:
            return UnusableTimestamp.MISSING
        if not isinstance(value, str):
            return UnusableTimestamp.NOT_TEXT
        timestamp = _day(value) if self.by_day else _time(value)
        if timestamp is None:
            return UnusableTimestamp.NOT_A_TIME
        if timestamp <= _EPOCH:
            return UnusableTimestamp.BEFORE_1970
        if timestamp > start + AHEAD:
            return UnusableTimestamp.FUTURE
        return timestamp.astimezone(timezone.utc)

    def format(self, timestamp: datetime) -> str:
        """How a state holds an instant: in UTC, as `parse` reads it."""
        naive = timestamp.astimezone(timezone.utc).replace(tzinfo=None)
        return naive.date().isoformat() if self.by_day else naive.isoformat(timespec="microseconds")


def _time(text: str) -> datetime | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    date, time, fraction, hours, minutes = match.groups()
    zone = f"{hours}:{minutes}" if hours else "+00:00"
    return _instant(f"{date}T{time}.{(fraction or '')[:6].ljust(6, '0')}{zone}")


def _day(text: str) -> datetime | None:
    return _instant(f"{text}T00:00:00+00:00") if _DAY.fullmatch(text) else None


def _instant(iso: str) -> datetime | None:
    try:
        return datetime.fromisoformat(iso)
    except ValueError:
        return None
