"""Sizes and patience of the connector's own choosing. mParticle's limits are in `limits`."""

from typing import Final

LANES: Final = 16
"""Connections used side by side. A user's batches stay in one of them, so that their order is kept."""

WINDOW_BYTES: Final = 40_000_000
"""Bytes of records that wait for company before their batches close, shared evenly by the streams of a sync."""

SMALLEST_WINDOW_BYTES: Final = 50_000
"""A stream's share of the window is never less than this, however many streams there are."""

IN_FLIGHT_BYTES: Final = 24_000_000
"""Bytes of closed batches on their way to mParticle before reading pauses."""

STATE_BYTES: Final = 8_000_000
"""Bytes of states that wait for the records before them before reading pauses."""

RECORD_OVERHEAD_BYTES: Final = 700
"""What a waiting record costs in memory besides its own text."""

REJECT_BUFFER_BYTES: Final = 4_000_000
"""Bytes of rejected records kept in memory before they are written to the store."""

ORDINAL_ROWS: Final = 200_000
"""Rows between two states among which equal rows are told apart by counting, shared evenly by the streams of a sync.
See `pipeline.ids`."""

FEWEST_ORDINAL_ROWS: Final = 2_000
"""A stream's share of these rows is never less than this."""

REQUESTS_PER_SECOND: Final = 20
"""Requests are cut so small that a full-rate sync sends about this many, which keeps the rate even."""

FEW_REQUESTS: Final = 4
"""After a state, a request that is not full leaves while fewer than these are under way; else it waits for company."""

RETRY_SECONDS: Final = 600.0
"""How long one request is tried before the sync ends with an error."""

RETRY_BASE_SECONDS: Final = 0.5
RETRY_CAP_SECONDS: Final = 30.0

CONNECT_SECONDS: Final = 10.0
READ_SECONDS: Final = 60.0
"""Time-outs of one HTTP request during a sync: until the connection stands, and between two bytes of the answer."""

ANSWER_SECONDS: Final = 120.0
"""How long a whole answer may take, however steadily its bytes come."""

ANSWER_BYTES: Final = 1_000_000
"""Largest answer that is read."""

STALL_SECONDS: Final = 900.0
"""How long nothing at all may be answered for good. Longer than one request may take with all its retries."""

DRAIN_SECONDS: Final = 6.0
"""How long a sync that is asked to stop waits for what is under way. Airbyte kills it after about ten."""

GRACE_SECONDS: Final = 9.0
"""How long after a signal the process ends at the latest, whatever holds it."""

JOIN_SECONDS: Final = 1.0
"""How long the end of a sync waits for threads that have been told to stop."""

CHECK_SECONDS: Final = 8.0
"""How long `check` waits for all of its probes together."""

SUMMARY_SECONDS: Final = 60.0
"""Time between two summaries in the log."""
