"""Show what a write would send and what it would reject, without sending anything."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from destination_mparticle import policy
from destination_mparticle.accounting.accounts import Accounts
from destination_mparticle.delivery.batch import Batch
from destination_mparticle.delivery.gate import Gate
from destination_mparticle.protocol.catalog import StreamKey
from destination_mparticle.protocol.output import Output
from destination_mparticle.sync import NoOutlet, Run, process
from destination_mparticle.validation.reasons import Rejection


def preview(run: Run, lines: Iterable[bytes], output: Output) -> None:
    """Print a JSON line for every batch and for every rejected record, in the order in which they are decided.

    `{"stream", "namespace", "endpoint", "batch"}` or `{"stream", "namespace", "rejected_reason", "rejected_field",
    "rejected_message", "data"}`.
    """
    accounts = Accounts(run.catalog, _PrintedStore(output), Gate(policy.IN_FLIGHT_BYTES), None, stop_at_reject=False)
    process(run, lines, accounts, _PrintedBatches(accounts, output))


class _PrintedBatches(NoOutlet):
    def __init__(self, accounts: Accounts, output: Output) -> None:
        super().__init__(accounts)
        self._output = output

    def send(self, batch: Batch) -> None:
        head = orjson.dumps(_named(batch.stream) | {"endpoint": batch.route.value})
        self._output.line(head[:-1] + b',"batch":' + batch.body + b"}")
        super().send(batch)


class _PrintedStore:
    def __init__(self, output: Output) -> None:
        self._output = output

    def add(self, stream: StreamKey, record: Mapping[str, Any], rejection: Rejection) -> None:
        why = {
            "rejected_reason": rejection.reason.value,
            "rejected_field": rejection.field,
            "rejected_message": rejection.message,
        }
        self._output.line(orjson.dumps(_named(stream) | why | {"data": record["data"]}))

    def flush(self) -> None:
        """Every line is printed at once."""


def _named(stream: StreamKey) -> dict[str, Any]:
    return {"stream": stream.name, "namespace": stream.namespace or None}
