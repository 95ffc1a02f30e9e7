"""Sizes and times of the connector's own choosing. mParticle's limits are in `mparticle.limits`."""

from typing import Final

EVENTS_SENDERS: Final = 16
"""Connections to the Events API, each with a thread. A user's requests are sent one after the other."""

WINDOW_BYTES: Final = 40_000_000
"""Bytes of records that wait in open batches, shared evenly by the streams of a sync."""

MIN_WINDOW_BYTES: Final = 50_000
"""A stream's share of the window is never less than this, however many streams there are."""

IN_FLIGHT_BYTES: Final = 24_000_000
"""Bytes of shipments that are waiting or being sent before reading pauses."""

STATE_BYTES: Final = 8_000_000
"""Bytes of states that wait for the records before them before reading pauses."""

RECORD_OVERHEAD_BYTES: Final = 700
"""What a waiting record costs in memory besides its own text."""

REJECT_BUFFER_BYTES: Final = 4_000_000
"""Bytes of rejected records kept in memory before they are written to the store."""

LAYOUT_BYTES: Final = 1_000_000
"""Bytes of what is remembered of a stream's different columns, before it is worked out again."""

DUPLICATE_WINDOW_RECORDS: Final = 200_000
"""Records between two states among which equal ones are told apart by counting, shared evenly by the streams of a sync.
See `pipeline.ids`."""

MIN_DUPLICATE_WINDOW_RECORDS: Final = 2_000
"""A stream's share of these records is never less than this."""

REQUESTS_PER_SECOND: Final = 20
"""Requests are kept so small that a full-rate sync sends about this many, which keeps the rate even."""

FEW_REQUESTS: Final = 4
"""After a state, a request that is not full is sent while fewer than these are in progress; else it waits."""

RETRY_SECONDS: Final = 600.0
"""How long one request is retried before the sync ends with an error."""

RETRY_BASE_SECONDS: Final = 0.5
RETRY_CAP_SECONDS: Final = 30.0

CONNECT_SECONDS: Final = 10.0
READ_SECONDS: Final = 60.0
"""Timeouts of one request during a sync: until the connection is open, and between two bytes of the response."""

RESPONSE_SECONDS: Final = 120.0
"""How long a whole response may take, however steadily its bytes come."""

RESPONSE_BYTES: Final = 1_000_000
"""Largest response that is read."""

BUCKET_SECONDS: Final = 120.0
"""How long one call to a bucket may take, with all of its retries and however steadily bytes come or go."""

BUCKET_BLOCK_BYTES: Final = 4_000_000
"""Bytes of a file in a bucket that are read at a time."""

BUCKET_RESPONSE_BYTES: Final = 16_000_000
"""Largest response of a bucket that is read: more than a block, and than a list of a thousand files."""

STALL_SECONDS: Final = 900.0
"""How long a sync waits without any final response. Longer than one request may take with all its retries."""

DRAIN_SECONDS: Final = 6.0
"""How long a sync that is asked to stop waits for what is being sent. Airbyte kills it after about ten."""

GRACE_SECONDS: Final = 9.0
"""How long after a signal the process ends at the latest, whatever it is doing."""

JOIN_SECONDS: Final = 1.0
"""How long the end of a sync waits for threads that have been told to stop."""

CHECK_SECONDS: Final = 8.0
"""How long `check` waits for all of its probes together."""

SUMMARY_SECONDS: Final = 60.0
"""Time between two summaries in the log."""

STATE_QUEUE_LINES: Final = 100
"""States that wait to be read by a program that runs a sync through the CDK's `write`."""

GARBAGE_THRESHOLDS: Final = (50_000, 20, 20)
"""New objects, and collections, after which `gc` looks for cycles in a sync."""

WORKERS_FROM_LINE: Final = 5_000
"""Lines of input that one process reads before others help it. What is shorter is done before they have started."""

WORKERS: Final = 2
"""The most processes that prepare records ahead. More would wait for the one that groups and sends."""

WORKER_PART_BYTES: Final = 128_000
"""Bytes of lines that a process prepares at a time."""

WORKER_LINE_BYTES: Final = 1_000_000
"""Bytes of lines that are too many to be prepared ahead: those of one very long line."""

WORKER_PARTS: Final = 12
"""Parts of the input that are being prepared ahead, or wait for their turn."""

WORKER_PIPE_BYTES: Final = 1 << 20
"""Bytes that a pipe to a process, or back, is to hold, if the system lets it."""

WORKER_SECONDS: Final = 20.0
"""How long a process may take before it is given up."""
