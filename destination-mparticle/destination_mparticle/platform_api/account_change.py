"""One record's change to an account, on its way to the Platform API."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import orjson

from destination_mparticle import tuning
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.objects.account import AccountOperation
from destination_mparticle.pipeline.record import TrackedRecord
from destination_mparticle.platform_api.calls import call_of


@dataclass(frozen=True)
class AccountChange:
    """What to do with an account, and the record that asks for it. See `sending.shipment.Shipment`."""

    batches: ClassVar[int] = 0
    events: ClassVar[int] = 0
    body: ClassVar[bytes] = b""
    """Empty: a change has one value at most, so no error needs to name a place in it."""

    stream: StreamKey
    record: TrackedRecord
    operation: AccountOperation

    @property
    def records(self) -> tuple[TrackedRecord, ...]:
        """The one record."""
        return (self.record,)

    @property
    def weight(self) -> int:
        """What the change costs in memory, roughly, in bytes."""
        return 2 * len(self.record.line) + tuning.RECORD_OVERHEAD_BYTES

    @property
    def preview(self) -> Mapping[str, Any]:
        """The request: `method`, `path` and `body`."""
        call = call_of(self.operation)
        return {"method": call.method, "path": call.path, "body": orjson.Fragment(call.body or b"null")}
