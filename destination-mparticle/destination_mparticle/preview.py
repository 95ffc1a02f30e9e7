"""Show what a write would send and what it would reject, without sending anything."""

from collections.abc import Iterable
from typing import Any

import orjson

from destination_mparticle import policy
from destination_mparticle.accounting.accounts import Accounts
from destination_mparticle.accounting.rejects import verdict
from destination_mparticle.delivery.batch import Batch
from destination_mparticle.delivery.gate import Gate, Traffic
from destination_mparticle.outlet import NoOutlet
from destination_mparticle.platform_api.calls import call_of
from destination_mparticle.platform_api.change import AccountChange
from destination_mparticle.protocol.catalog import StreamKey
from destination_mparticle.protocol.messages import RecordText
from destination_mparticle.protocol.output import Output
from destination_mparticle.sync import Run, process
from destination_mparticle.validation.reasons import Rejection


def preview(run: Run, lines: Iterable[bytes], output: Output) -> None:
    """Print a JSON line for every batch and change that `write` would send, and every record that it would reject.

    `{"stream", "namespace", "endpoint", "batch"}`, `{"stream", "namespace", "method", "path", "body"}` or
    `{"stream", "namespace", "rejected_reason", "rejected_field", "rejected_column", "rejected_message", "data"}`.
    """
    states = Gate(policy.STATE_BYTES, Traffic())
    accounts = Accounts(run.catalog, _PrintedStore(output), states, None, stop_at_reject=not run.config.skip_rejected)
    process(run, lines, accounts, _PrintedOutlet(accounts, output))


class _PrintedOutlet(NoOutlet):
    def __init__(self, accounts: Accounts, output: Output) -> None:
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
