"""Timestamps of the seeded history, and the ways in which the APIs write them."""

from datetime import datetime, timedelta, timezone
from random import Random

_HISTORY_STARTS = datetime(2021, 3, 1, tzinfo=timezone.utc)
_HISTORY_ENDS = datetime(2025, 9, 30, tzinfo=timezone.utc)


def random_timestamp(random: Random, after: datetime = _HISTORY_STARTS) -> datetime:
    """Return a random time of the seeded history that is later than `after`."""
    span_ms = int((_HISTORY_ENDS - after).total_seconds() * 1000)
    return after + timedelta(milliseconds=random.randint(1, span_ms))


def naive(when: datetime) -> str:
    """Write a timestamp without zone and with 0 to 3 fraction digits, as most Platform API resources do."""
    text = when.strftime("%Y-%m-%dT%H:%M:%S")
    milliseconds = f"{when.microsecond // 1000:03}".rstrip("0")
    return f"{text}.{milliseconds}" if milliseconds else text


def from_naive(text: str) -> datetime:
    """Return the time that `naive` or `naive_seconds` wrote."""
    seconds, _, fraction = text.partition(".")
    return datetime.fromisoformat(f"{seconds}.{fraction:0<3}+00:00")


def naive_seconds(when: datetime) -> str:
    """Write a timestamp without zone and fraction, as workspaces do."""
    return when.strftime("%Y-%m-%dT%H:%M:%S")


def zulu(when: datetime) -> str:
    """Write a timestamp in UTC with three fraction digits and `Z`, as calculated attributes do."""
    return f"{when:%Y-%m-%dT%H:%M:%S}.{when.microsecond // 1000:03}Z"


def seven_digits(when: datetime, random: Random) -> str:
    """Write a timestamp in UTC with seven fraction digits and `Z`, as feed subscriptions do.

    The seeded history has milliseconds; the four digits behind them are made up.
    """
    return f"{when:%Y-%m-%dT%H:%M:%S}.{when.microsecond // 1000:03}{random.randrange(10**4):04}Z"


def blank_separated(when: datetime) -> str:
    """Write a timestamp without zone and with a blank in the middle, as custom roles do."""
    return when.strftime("%Y-%m-%d %H:%M:%S")


def epoch_ms(when: datetime) -> int:
    """Return a time in milliseconds since the epoch, as profiles have it."""
    return int(when.timestamp() * 1000)
