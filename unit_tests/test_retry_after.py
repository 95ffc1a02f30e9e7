from typing import Any

import pytest

from source_mparticle.api.retry import retry_after

NOW = 1792567680.0  # Wed, 21 Oct 2026 07:28:00 GMT


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "5"}, 5),
        ({"RetryAfter": "5"}, 5),
        ({"Retry-After": " 0 "}, 0),
        ({"Retry-After": "1.5"}, 1.5),
        ({"Retry-After": "9" * 400}, 3600),
        ({"Retry-After": "86400"}, 3600),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:30 GMT"}, 30),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:30"}, 30),
        ({"Retry-After": "Wed, 21 Oct 2026 07:27:30 GMT"}, 0),
        ({"Retry-After": "soon", "RetryAfter": "7"}, 7),
    ],
)
def test_seconds_and_dates_are_read_from_either_spelling(headers: Any, seconds: Any) -> None:
    assert retry_after(headers, NOW) == seconds


@pytest.mark.parametrize(
    "value",
    ["", "-1", "-5", "nan", "inf", "1e3", "²", "٣", "soon", "Wed, 99 Oct 2026", "Wed, 21 Oct 99999 07:28:00 GMT"],
)
def test_what_is_neither_asks_for_nothing(value: Any) -> None:
    assert retry_after({"Retry-After": value}, NOW) is None
