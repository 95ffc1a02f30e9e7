"""The limits of mParticle's Events API.

mParticle documents kilobytes without saying whether they have 1000 or 1024 bytes; the smaller reading is used, so that
what passes here passes there.
"""

BATCHES_PER_REQUEST = 100
EVENTS_PER_BATCH = 100
USER_ATTRIBUTE_LIST_ENTRIES = 1000
BATCH_BYTES = 128_000
# A request must be smaller than this.
REQUEST_BYTES = 256_000
BATCHES_PER_SECOND = 270
# The sandbox's choice: mParticle documents that the growth of the rate is limited, not by how much.
BATCHES_PER_SECOND_GROWTH = 270
# An event must be at least this old for the historical endpoint.
HISTORICAL_AGE_MS = 72 * 60 * 60 * 1000
