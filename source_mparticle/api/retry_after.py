"""How long an answer asks its reader to wait."""

from collections.abc import Mapping

# mParticle's documentation spells the header both ways.
HEADERS = ("Retry-After", "RetryAfter")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, from a header of whole seconds; None where there is no such number (a date is not one)."""
    for header in HEADERS:
        value = headers.get(header, "").strip()
        if value.isdigit():
            return float(value)
    return None
