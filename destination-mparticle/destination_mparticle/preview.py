"""Show what a write would send and what it would reject, without sending anything."""

from collections.abc import Iterable
from typing import Any

import orjson

from destination_mparticle import tuning
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.protocol.messages import RecordText
from destination_mparticle.protocol.output import Output
from destination_mparticle.sending.byte_budget import ByteBudget, Progress
from destination_mparticle.sending.shipment import ResultListener, Shipment
from destination_mparticle.sink import DryRunSink
from destination_mparticle.sync import process
from destination_mparticle.sync_run import Run
from destination_mparticle.tracking.record_tracker import RecordTracker
from destination_mparticle.tracking.reject_store import rejection_json
from destination_mparticle.validation.reasons import Rejection


def preview(run: Run, lines: Iterable[bytes], output: Output) -> None:
    """Print a JSON line for every batch and change that `write` would send, and every record that it would reject.

    `{"stream", "namespace", "endpoint", "batch"}`, `{"stream", "namespace", "method", "path", "body"}` or
    `{"stream", "namespace", "rejected_reason", "rejected_field", "rejected_column", "rejected_message", "data"}`.
    """
    state_budget = ByteBudget(tuning.STATE_BYTES, Progress())
    tracker = RecordTracker(
        run.catalog, _PrintingStore(output), state_budget, None, stop_at_reject=not run.config.skip_rejected
    )
    process(run, lines, tracker, _PrintingSink(tracker, output))


class _PrintingSink(DryRunSink):
    def __init__(self, listener: ResultListener, output: Output) -> None:
        super().__init__(listener)
        self._output = output

    def send(self, shipment: Shipment) -> None:
        self._output.line(orjson.dumps({**_names(shipment.stream), **shipment.preview}))
        super().send(shipment)


class _PrintingStore:
    keeps_records = True

    def __init__(self, output: Output) -> None:
        self._output = output

    def add(self, stream: StreamKey, record: RecordText, rejection: Rejection) -> None:
        self._output.line(rejection_json(stream, rejection)[:-1] + b',"data":' + record.data + b"}")

    def flush(self) -> None:
        """Every line is printed at once."""


def _names(stream: StreamKey) -> dict[str, Any]:
    return {"stream": stream.name, "namespace": stream.namespace or None}
