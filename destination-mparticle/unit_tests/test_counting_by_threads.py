"""The reader counts records in while other threads count what became of them."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue
from threading import Thread

from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.pipeline.batch import Batch
from destination_mparticle.pipeline.routing import Route
from destination_mparticle.protocol.messages import State
from destination_mparticle.sending.byte_budget import ByteBudget, Progress
from destination_mparticle.tracking.record_tracker import RecordTracker
from destination_mparticle.tracking.reject_store import NoStore

A, B = StreamKey("", "a"), StreamKey("", "b")
RECORDS, STATES, THREADS = 20_000, 40, 4
STATE = b'{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"%s"}}}}'


def settle(tracker: RecordTracker, batches: "Queue[Batch | None]") -> None:
    while (batch := batches.get()) is not None:
        if batch.user == "refused":
            tracker.refused(batch, "No.")
        else:
            tracker.accepted([batch])


@contextmanager
def frequent_switches() -> Iterator[None]:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(interval)


def test_no_count_is_lost_while_threads_settle_what_the_reader_counts_in() -> None:
    emitted: list[bytes] = []
    budget = ByteBudget(1_000_000, Progress())
    tracker = RecordTracker([A, B], NoStore(), budget, emitted.append, stop_at_reject=False)
    batches: Queue[Batch | None] = Queue(maxsize=2 * THREADS)
    threads = [Thread(target=settle, args=(tracker, batches)) for _ in range(THREADS)]
    with frequent_switches():
        for thread in threads:
            thread.start()
        for number in range(RECORDS):
            stream = (A, B)[number % 2]
            user = "refused" if number % 10 == 0 else "accepted"
            batches.put(Batch(stream, user, Route.LIVE, b"{}", 1, [tracker.received(stream, b"{}")]))
            if number % (RECORDS // STATES) == 0:
                tracker.state(State(STATE % stream.name.encode(), stream))
        for stream in (A, B):
            tracker.state(State(STATE % stream.name.encode(), stream))
        for _ in threads:
            batches.put(None)
        for thread in threads:
            thread.join()
    confirmed = [json.loads(line)["state"]["destinationStats"] for line in emitted]
    assert len(confirmed) == STATES + 2
    assert sum(counts["recordCount"] for counts in confirmed) == RECORDS * 0.9
    assert sum(counts["rejectedRecordCount"] for counts in confirmed) == RECORDS * 0.1
    for counts in tracker.statistics.streams.values():
        assert counts.received == counts.accepted + counts.rejected.total() == RECORDS / 2
