from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from destination_mparticle.mapping.timestamps import milliseconds

MAY_1 = 1_714_557_612_345


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (MAY_1, MAY_1),
        (str(MAY_1), MAY_1),
        (1_714_557_612, 1_714_557_612_000),
        (1_714_557_612.345, MAY_1),
        ("1714557612.345000000", MAY_1),
        ("2024-05-01T10:00:12.345Z", MAY_1),
        ("2024-05-01T10:00:12.345", MAY_1),
        ("2024-05-01 10:00:12.345678", MAY_1),
        ("2024-05-01T12:00:12.345+02:00", MAY_1),
        ("2024-05-01T12:00:12.345+0200", MAY_1),
        ("20240501T100012Z", 1_714_557_612_000),
        ("2024-05-01T10:00", 1_714_557_600_000),
        ("2024-05-01", 1_714_521_600_000),
    ],
)
def test_every_documented_form_is_read(value, expected):
    assert milliseconds(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        *("yesterday", "", "12:30", "01/05/2024", "2024-02-30", "2024-W18", "P1D", "2024-05-01T25:00", "May 1 2024"),
        *(20240501, "20240501", 0, -5, 1_714_557_612_345_678, 99_999_999, float("inf"), float("nan"), 10**30),
        *(True, None, [], {}, "1960-01-01"),
    ],
)
def test_anything_else_is_refused_rather_than_guessed(value):
    with pytest.raises(ValueError, match=r"^This") as refusal:
        milliseconds(value)
    assert str(value) == "" or str(value) not in str(refusal.value)


@given(st.datetimes(min_value=datetime(1970, 1, 1)))
def test_a_naive_time_is_utc(moment):
    epoch = moment - datetime(1970, 1, 1)
    assert milliseconds(moment.isoformat()) == epoch // timedelta(milliseconds=1)


@given(st.integers(min_value=10**11, max_value=253_402_300_799_999))
def test_epoch_milliseconds_stay_what_they_are_in_every_form(value):
    assert milliseconds(value) == milliseconds(str(value)) == milliseconds(f"{value}.000000000") == value
