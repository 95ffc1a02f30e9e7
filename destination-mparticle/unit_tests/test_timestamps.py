from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from destination_mparticle.conversion.timestamps import milliseconds

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
def test_every_documented_form_is_read(value: Any, expected: int) -> None:
    assert milliseconds(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        *("yesterday", "", "12:30", "01/05/2024", "2024-02-30", "2024-W18", "P1D", "2024-05-01T25:00", "May 1 2024"),
        *(20240501, "20240501", 0, -5, 1_714_557_612_345_678, 99_999_999, float("inf"), float("nan"), 10**30),
        *(True, None, [], {}, "1960-01-01"),
    ],
)
def test_anything_else_is_refused_rather_than_guessed(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^This") as refusal:
        milliseconds(value)
    assert str(value) not in str(refusal.value).split()


@given(st.datetimes(min_value=datetime(1970, 1, 1)))
def test_a_naive_time_is_utc(moment: Any) -> None:
    epoch = moment - datetime(1970, 1, 1)
    assert milliseconds(moment.isoformat()) == epoch // timedelta(milliseconds=1)


YEAR_2101 = 4_133_980_800


@given(st.integers(min_value=10**12, max_value=YEAR_2101 * 1000 - 1))
def test_epoch_milliseconds_stay_what_they_are_in_every_form(value: Any) -> None:
    assert milliseconds(value) == milliseconds(str(value)) == milliseconds(f"{value}.000000000") == value


@pytest.mark.parametrize(
    "digits", [20240501103000, 202405011030, 20240501, 20240501103000123, 190001010000, 210012312359]
)
def test_a_date_and_time_written_as_digits_is_refused_whatever_the_digits_are_called(digits: int) -> None:
    for value in (digits, str(digits), float(digits), f"{digits}.0", f" {digits} "):
        with pytest.raises(ValueError, match="neither epoch"):
            milliseconds(value)


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2100, 12, 31)))
def test_no_date_and_time_written_as_digits_is_taken_for_an_epoch(moment: Any) -> None:
    for form in ("%Y%m%d", "%Y%m%d%H%M", "%Y%m%d%H%M%S", "%Y%m%d%H%M%S123"):
        with pytest.raises(ValueError, match="neither epoch"):
            milliseconds(int(moment.strftime(form)))


@given(st.integers(min_value=10**8, max_value=YEAR_2101 - 1))
def test_epoch_seconds_from_1973_to_2100_are_read_in_every_form(value: Any) -> None:
    assert milliseconds(value) == milliseconds(str(value)) == milliseconds(float(value)) == value * 1000


@pytest.mark.parametrize("value", [YEAR_2101, YEAR_2101 * 1000, 99_999_999, 10**11 - 1])
def test_numbers_beside_the_two_ranges_are_refused(value: int) -> None:
    with pytest.raises(ValueError, match="neither epoch"):
        milliseconds(value)


@pytest.mark.parametrize("value", [10**11, 189_999_999_999, 210_101_010_000, 999_999_999_999, YEAR_2101 * 1000 - 1])
def test_milliseconds_that_cannot_be_a_date_and_time_are_read_from_1973_on(value: int) -> None:
    assert milliseconds(value) == value
