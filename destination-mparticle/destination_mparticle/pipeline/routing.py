"""Which of mParticle's endpoints a batch goes to.

Events older than 30 days go to the historical endpoint. Its rules are checked here, because mParticle silently
drops what breaks them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import Final

from destination_mparticle.mparticle import limits
from destination_mparticle.validation.reasons import Reason, Rejection


class Route(str, Enum):
    """An endpoint, as the path behind the base address."""

    LIVE = "/bulkevents"
    HISTORICAL = "/bulkevents/historical"


_MILLISECOND: Final = timedelta(milliseconds=1)
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Router:
    """Routes by age, against one point in time for the whole run.

    The line between old and fresh is the first UTC midnight after `HISTORICAL_AFTER` before the start, so that all
    runs of one day split their batches in the same places and send the same ids.
    """

    old_before: int
    """Epoch milliseconds. An event before this is old."""
    young_after: int
    """Epoch milliseconds. The historical endpoint refuses an event after this."""

    @classmethod
    def at(cls, now: datetime) -> "Router":
        """Return the router of a run that starts at `now`, which must carry a time zone."""
        edge = now.astimezone(timezone.utc) - limits.HISTORICAL_AFTER
        midnight = edge.replace(hour=0, minute=0, second=0, microsecond=0)
        if midnight < edge:
            midnight += timedelta(days=1)
        return cls(_milliseconds(midnight), _milliseconds(now - limits.HISTORICAL_MINIMUM_AGE))

    def route(self, timestamps: Sequence[int | None]) -> Route:
        """Return the route of a batch whose events have these timestamps (epoch milliseconds, None where unset).

        Raises a `Rejection` for a batch with an old event that the historical endpoint would drop because of another.
        """
        for timestamp in timestamps:
            if timestamp is not None and timestamp < self.old_before:
                break
        else:
            return Route.LIVE
        if any(timestamp is None or timestamp > self.young_after for timestamp in timestamps):
            raise Rejection(
                Reason.HISTORICAL_RULES,
                "events",
                f"The batch mixes events older than {limits.HISTORICAL_AFTER.days} days with events that are less than "
                f"{limits.HISTORICAL_MINIMUM_AGE // _HOUR} hours old or have no timestamp; mParticle would drop it. "
                "Split it.",
            )
        return Route.HISTORICAL


def _milliseconds(timestamp: datetime) -> int:
    return (timestamp - datetime(1970, 1, 1, tzinfo=timezone.utc)) // _MILLISECOND
