"""The one way out: shipments reach the channel of their API, and an API is added by one entry."""

import io
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from destination_mparticle import transports
from destination_mparticle.config import parse_config
from destination_mparticle.errors import TransientError
from destination_mparticle.http.settings import DEFAULT_SETTINGS
from destination_mparticle.mapping.findings import Finding
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.objects.apis import Api
from destination_mparticle.pipeline.ahead import PreparedAhead
from destination_mparticle.pipeline.prepare import Prepared
from destination_mparticle.pipeline.record import TrackedRecord
from destination_mparticle.preview import preview
from destination_mparticle.protocol.catalog import parse_catalog
from destination_mparticle.protocol.output import Output
from destination_mparticle.sending.byte_budget import ByteBudget, Progress
from destination_mparticle.sending.run_context import RunContext
from destination_mparticle.sending.sender_pool import SenderPool
from destination_mparticle.sending.threads import SenderThreads
from destination_mparticle.sink import MparticleSink
from destination_mparticle.sync import write
from destination_mparticle.sync_run import Run
from destination_mparticle.transports import Transport
from unit_tests.mappings import EVENTS_API
from unit_tests.sending_helpers import ResultNotes

STREAM = StreamKey("", "requests")
DELETION_API = Api("Deletion API", ())


class DeletionPlan:
    """A plan that only the API of these tests knows."""

    api = DELETION_API
    assignments = ()


@dataclass(frozen=True)
class Deletion:
    """A shipment of a further API: delete a profile."""

    stream: StreamKey
    records: tuple[TrackedRecord, ...]
    mpid: int
    body: bytes = b""
    weight: int = 100
    batches: int = 0
    events: int = 0

    @property
    def preview(self) -> Mapping[str, Any]:
        return {"delete": self.mpid}


class DeletionStage:
    """Two deletions leave together."""

    def __init__(self, stream: StreamKey) -> None:
        self._stream = stream
        self._open: list[Deletion] = []

    def prepare(self, data: Mapping[str, Any], record: TrackedRecord) -> Prepared[Deletion]:
        return Prepared(Deletion(self._stream, (record,), data["mpid"]))

    def take(self, _ahead: PreparedAhead, _record: TrackedRecord) -> None:
        """None is prepared ahead."""

    def add(self, prepared: Prepared[Deletion]) -> Iterator[Deletion]:
        self._open.append(prepared.ready)
        if len(self._open) == 2:
            yield from self.close()

    def close(self) -> Iterator[Deletion]:
        waiting, self._open = self._open, []
        yield from waiting

    def discard(self) -> int:
        return len(self._open)

    def findings(self) -> Iterator[Finding]:
        yield from ()


class DeletionChannel:
    """Delivers to a list, by the shared threads."""

    def __init__(self, context: RunContext, deliver: Callable[[Deletion], None]) -> None:
        class _Sender:
            def deliver(self, item: Deletion) -> None:
                deliver(item)
                context.listener.accepted([item])

            def close(self) -> None:
                """Nothing is open."""

        self._pool: SenderPool[Deletion] = SenderPool(
            _Sender, name="deletions", size=1, threads=context.threads, budget=context.budget
        )

    def send(self, shipment: Deletion) -> None:
        self._pool.put(shipment, ())

    def flush(self) -> None:
        """Nothing waits."""

    def flush_soon(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        self._pool.close()


def deletions(deliver: Callable[[Deletion], None]) -> Transport:
    return Transport(
        DELETION_API,
        Deletion,
        lambda _run, stream, _plan: DeletionStage(stream),
        lambda _config, context: DeletionChannel(context, deliver),
    )


def run_of_deletions() -> Run:
    config = parse_config(EVENTS_API)
    configured = {"stream": {"name": "requests", "json_schema": {}}, "destination_sync_mode": "append"}
    run = Run.begin(config, parse_catalog({"streams": [configured]}))
    plans: Any = {STREAM: DeletionPlan()}
    return replace(run, plans=plans)


def lines(*mpids: int) -> list[bytes]:
    records = [{"type": "RECORD", "record": {"stream": "requests", "data": {"mpid": mpid}}} for mpid in mpids]
    state = {"type": "STREAM", "stream": {"stream_descriptor": {"name": "requests"}, "stream_state": {}}}
    return [json.dumps(message).encode() for message in (*records, {"type": "STATE", "state": state})]


def test_a_further_api_is_one_entry_and_its_records_are_sent_counted_and_confirmed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    delivered: list[int] = []
    monkeypatch.setattr(
        transports, "TRANSPORTS", (*transports.TRANSPORTS, deletions(lambda deletion: delivered.append(deletion.mpid)))
    )
    out = io.BytesIO()

    write(run_of_deletions(), lines(1, 2, 3), Output(out))

    assert delivered == [1, 2, 3]
    (state,) = map(json.loads, out.getvalue().splitlines())
    assert state["state"]["destinationStats"] == {"recordCount": 3.0, "rejectedRecordCount": 0.0}


def test_a_further_api_is_previewed_without_being_sent_to(monkeypatch: pytest.MonkeyPatch) -> None:
    delivered: list[Deletion] = []
    monkeypatch.setattr(transports, "TRANSPORTS", (*transports.TRANSPORTS, deletions(delivered.append)))
    out = io.BytesIO()

    preview(run_of_deletions(), lines(7), Output(out))

    assert json.loads(out.getvalue()) == {"stream": "requests", "namespace": None, "delete": 7}
    assert delivered == []


def test_a_failure_in_one_channel_stops_the_threads_of_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_deletion: Deletion) -> None:
        raise TransientError("The service is down.")

    monkeypatch.setattr(transports, "TRANSPORTS", (deletions(fail),))
    progress = Progress()
    threads, budget = SenderThreads(progress), ByteBudget(10_000, progress)
    others: list[int] = []
    has_begun = threading.Event()

    class _Idle:
        def deliver(self, item: Deletion) -> None:
            has_begun.set()
            threads.stopped.wait(10)
            others.append(item.mpid)

        def close(self) -> None:
            """Nothing is open."""

    context = RunContext(ResultNotes(), threads, budget, DEFAULT_SETTINGS)
    channels = transports.open_channels(parse_config(EVENTS_API), context)
    other: SenderPool[Deletion] = SenderPool(_Idle, name="other", size=1, threads=threads, budget=budget)
    for mpid in (1, 2):
        other.put(Deletion(STREAM, (), mpid), ("same",))
    sink = MparticleSink(channels, threads, budget)
    assert has_begun.wait(10)

    sink.send(Deletion(STREAM, (), 9))
    with pytest.raises(TransientError, match="The service is down"):
        sink.finish()
    other.close()
    threads.join()

    assert others == [1], "what was being sent ends, and nothing follows it"
    assert not any(thread.name.startswith(("other", "deletions")) for thread in threading.enumerate())
