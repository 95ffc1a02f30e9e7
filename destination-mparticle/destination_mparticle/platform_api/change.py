"""One record's change to the accounts, on its way."""

from dataclasses import dataclass

from destination_mparticle import tuning
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.objects.account import AccountOperation
from destination_mparticle.pipeline.batch import Row


@dataclass(frozen=True)
class AccountChange:
    """What to do with an account, and whose row it settles."""

    stream: StreamKey
    row: Row
    operation: AccountOperation

    @property
    def rows(self) -> tuple[Row, ...]:
        """The one row, as the book takes them."""
        return (self.row,)

    @property
    def body(self) -> bytes:
        """What a refusal may name a place in: nothing, since a change to an account has one value at most."""
        return b""

    @property
    def weight(self) -> int:
        """What the change costs in memory, roughly, in bytes."""
        return 2 * len(self.row.line) + tuning.RECORD_OVERHEAD_BYTES
