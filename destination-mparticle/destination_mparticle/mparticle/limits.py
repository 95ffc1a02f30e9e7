"""mParticle's limits, as its documentation states them.

mParticle documents kilobytes without saying whether they are 1000 or 1024 bytes; the smaller reading is used, since a
batch that fits it fits both.
"""

from datetime import timedelta
from typing import Final

BATCH_BYTES: Final = 128_000
"""Largest batch, in bytes of UTF-8 JSON ("128 KB")."""

REQUEST_BYTES: Final = 255_999
"""Largest request body, in bytes ("under 256 KB", whatever the number of batches)."""

REQUEST_BATCHES: Final = 100
"""Batches in one bulk request."""

REQUEST_EVENTS: Final = 100
"""Events in one request ("100 event data items"), and so in one batch."""

BATCHES_PER_SECOND: Final = 270
"""Default rate of an account; mParticle raises it on request."""

NAME_CHARACTERS: Final = 256
"""Longest name of an event, a screen or an attribute."""

VALUE_CHARACTERS: Final = 4096
"""Longest attribute value."""

ATTRIBUTES: Final = 100
"""Attributes of one event, and user attributes of one batch."""

LIST_ENTRIES: Final = 1000
"""Entries of one user attribute that is a list."""

LIST_ENTRY_CHARACTERS: Final = 512
"""Longest entry of such a list."""

HISTORICAL_AFTER: Final = timedelta(days=30)
"""Events older than this belong to the historical endpoint."""

HISTORICAL_MINIMUM_AGE: Final = timedelta(hours=72)
"""The historical endpoint drops a batch that holds a younger event."""

INT64_MIN: Final = -(2**63)
INT64_MAX: Final = 2**63 - 1
