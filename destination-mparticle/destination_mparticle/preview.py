"""Show what a write would send and what it would reject, without sending anything."""

from collections.abc import Iterable
from typing import Any

import orjson

from destination_mparticle import tuning
from destination_mparticle.pipeline.batch import Batch
from destination_mparticle.pipeline.byte_budget import ByteBudget, Progress
from destination_mparticle.platform_api.calls import call_of
from destination_mparticle.platform_api.change import AccountChange
from destination_mparticle.protocol.catalog import StreamKey
from destination_mparticle.protocol.messages import RecordText
from destination_mparticle.protocol.output import Output
from destination_mparticle.sink import DryRunSink
from destination_mparticle.sync import Run, process
from destination_mparticle.tracking.record_tracker import RecordTracker
from destination_mparticle.tracking.reject_store import verdict
from destination_mparticle.validation.reasons import Rejection


def preview(run: Run, lines: Iterable[bytes], output: Output) -> None:
    """Print a JSON line for every batch and change that `write` would send, and every record that it would reject.

    `{"stream", "namespace", "endpoint", "batch"}`, `{"stream", "namespace", "method", "path", "body"}` or
    `{"stream", "namespace", "rejected_reason", "rejected_field", "rejected_column", "rejected_message", "data"}`.
    """
    states = ByteBudget(tuning.STATE_BYTES, Progress())
    accounts = RecordTracker(
        run.catalog, _PrintedStore(output), states, None, stop_at_reject=not run.config.skip_rejected
    )
    process(run, lines, accounts, _PrintedSink(accounts, output))


class _PrintedSink(DryRunSink):
    def __init__(self, accounts: RecordTracker, output: Output) -> None:
        super().__init__(accounts)
        self._output = output

    def send(self, batch: Batch) -> None:
        head = orjson.dumps(_named(batch.stream) | {"endpoint": batch.route.value})
        self._output.line(head[:-1] + b',"batch":' + batch.body + b"}")
        super().send(batch)

    def change(self, change: AccountChange) -> None:
        call = call_of(change.operation)
        line = {"method": call.method, "path": call.path, "body": call.body}
        self._output.line(orjson.dumps(_named(change.stream) | line))
        super().change(change)


class _PrintedStore:
    keeps_records = True

    def __init__(self, output: Output) -> None:
        self._output = output

    def add(self, stream: StreamKey, record: RecordText, rejection: Rejection) -> None:
        self._output.line(verdict(stream, rejection)[:-1] + b',"data":' + record.data + b"}")

    def flush(self) -> None:
        """Every line is printed at once."""


def _named(stream: StreamKey) -> dict[str, Any]:
    return {"stream": stream.name, "namespace": stream.namespace or None}
