"""What the time of a record proves."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from source_mparticle.incremental.timestamps import TimestampField, UnusableTimestamp

UTC = timezone.utc
START = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)
CHANGED = TimestampField("last_modified_on")
DATE = TimestampField("date", by_day=True)


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-21T06:40:19.2",
        "2024-03-21T06:40:19.20",
        "2024-03-21T06:40:19.2000000",
        "2024-03-21T06:40:19.200000999",
        "2024-03-21T06:40:19.2Z",
        "2024-03-21 06:40:19.2",
        "2024-03-21T08:40:19.2+02:00",
        "2024-03-21T08:40:19.2+0200",
        "2024-03-20T22:10:19.2-08:30",
    ],
)
def test_a_time_is_read_in_every_form_and_compared_in_utc(text: str) -> None:
    assert CHANGED.parse(text, START) == datetime(2024, 3, 21, 6, 40, 19, 200_000, tzinfo=UTC)


def test_a_time_without_a_fraction_is_a_whole_second() -> None:
    assert CHANGED.parse("2024-03-21T06:40:19", START) == datetime(2024, 3, 21, 6, 40, 19, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, UnusableTimestamp.MISSING),
        (1711003219, UnusableTimestamp.NOT_TEXT),
        ({"time": "2024-03-21T06:40:19"}, UnusableTimestamp.NOT_TEXT),
        ("", UnusableTimestamp.NOT_A_TIME),
        ("yesterday", UnusableTimestamp.NOT_A_TIME),
        ("2024-03-21", UnusableTimestamp.NOT_A_TIME),
        ("2024-03-21T06:40", UnusableTimestamp.NOT_A_TIME),
        ("2024-03-21T06:40:19.", UnusableTimestamp.NOT_A_TIME),
        ("2024-03-21T06:40:19.0123456789", UnusableTimestamp.NOT_A_TIME),
        ("2024-02-30T06:40:19", UnusableTimestamp.NOT_A_TIME),
        ("2024-03-21T25:40:19", UnusableTimestamp.NOT_A_TIME),
        ("2024-03-21T06:40:19+99:00", UnusableTimestamp.NOT_A_TIME),
        ("0000-00-00T00:00:00", UnusableTimestamp.NOT_A_TIME),
        ("٢٠٢٤-03-21T06:40:19", UnusableTimestamp.NOT_A_TIME),
        ("2024-03-21T06:40:19\n", UnusableTimestamp.NOT_A_TIME),
        ("0001-01-01T00:00:00", UnusableTimestamp.BEFORE_1970),
        ("0001-01-01T00:00:00+14:00", UnusableTimestamp.BEFORE_1970),
        ("1969-12-31T23:59:59.999", UnusableTimestamp.BEFORE_1970),
        ("1970-01-01T00:00:00", UnusableTimestamp.BEFORE_1970),
        ("2026-11-22T16:00:00.001", UnusableTimestamp.FUTURE),
        ("2999-01-01T00:00:00Z", UnusableTimestamp.FUTURE),
        ("9999-12-31T23:59:59.9999999-14:00", UnusableTimestamp.FUTURE),
    ],
)
def test_a_time_that_proves_nothing_says_why(value: Any, reason: Any) -> None:
    assert CHANGED.parse(value, START) is reason


def test_a_time_of_another_zone_may_lie_a_day_ahead() -> None:
    assert CHANGED.parse("2026-11-22T16:00:00", START) == START + timedelta(days=1)


@pytest.mark.parametrize(("field", "text"), [(CHANGED, "2024-03-21T06:40:19.203000"), (DATE, "2024-03-21")])
def test_what_a_state_holds_is_read_as_it_was_written(field: Any, text: str) -> None:
    assert field.format(field.parse(text, START)) == text


def test_a_field_of_dates_takes_no_times() -> None:
    assert DATE.parse("2024-03-21T06:40:19", START) is UnusableTimestamp.NOT_A_TIME
