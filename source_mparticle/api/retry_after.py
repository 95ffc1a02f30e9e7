"""How long an answer asks its reader to wait."""

import re
from collections.abc import Mapping
from datetime import timezone
from email.utils import parsedate_to_datetime

# mParticle's documentation spells the header both ways.
HEADERS = ("Retry-After", "RetryAfter")
# Nobody waits that long, and a number may have any number of digits.
LONGEST_SECONDS = 3600.0


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds to wait, from a number of seconds or an HTTP date; None where the header is neither.

    `now` is the time of day in seconds since 1970. A date that is over asks for no wait, and nothing
    asks for more than an hour.
    """
    for header in HEADERS:
        value = headers.get(header, "").strip()
        if re.fullmatch(r"[0-9]+(\.[0-9]+)?", value):
            return min(float(value), LONGEST_SECONDS)
        moment = _moment(value)
        if moment is not None:
            return min(max(0.0, moment - now), LONGEST_SECONDS)
    return None


def _moment(text: str) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    # An HTTP date is in GMT, whether it says so or not.
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()
