import pytest

from source_mparticle.api.retry_after import retry_after


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "5"}, 5),
        ({"RetryAfter": "5"}, 5),
        ({"Retry-After": " 0 "}, 0),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
        ({"Retry-After": "-1"}, None),
        ({}, None),
    ],
)
def test_whole_seconds_are_read_from_either_spelling(headers, seconds):
    assert retry_after(headers) == seconds
