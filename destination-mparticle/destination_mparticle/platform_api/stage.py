"""From the records of a stream to changes to accounts."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from destination_mparticle.mapping.findings import Finding
from destination_mparticle.mapping.plan import Plan
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.objects.account import AccountOperation
from destination_mparticle.pipeline.ahead import PreparedAhead
from destination_mparticle.pipeline.prepare import Prepared
from destination_mparticle.pipeline.record import TrackedRecord
from destination_mparticle.platform_api.account_change import AccountChange
from destination_mparticle.sync_run import Run


class AccountStage:
    """Makes one change of each record. See `sending.stage.Stage`."""

    def __init__(self, stream: StreamKey, plan: Plan[AccountOperation]) -> None:
        self._stream = stream
        self._plan = plan

    def prepare(self, data: Mapping[str, Any], record: TrackedRecord) -> Prepared[AccountChange]:
        """Return the change that a record asks for."""
        return Prepared(AccountChange(self._stream, record, self._plan.map(data)))

    def take(self, _ahead: PreparedAhead, _record: TrackedRecord) -> None:
        """No change is prepared ahead."""

    def add(self, prepared: Prepared[AccountChange]) -> Iterable[AccountChange]:
        """Return the change."""
        return (prepared.ready,)

    def close(self) -> Iterator[AccountChange]:
        """Nothing is open."""
        yield from ()

    def discard(self) -> int:
        """Nothing is open."""
        return 0

    def findings(self) -> Iterator[Finding]:
        """Every change is a request of its own in any order."""
        yield from ()


def open_account_stage(_run: Run, stream: StreamKey, plan: Plan[AccountOperation]) -> AccountStage:
    """Return the stage of a stream that is written through the Platform API."""
    return AccountStage(stream, plan)
