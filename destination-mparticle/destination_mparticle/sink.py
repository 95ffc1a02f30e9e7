"""Where a sync's batches and changes to accounts go: to mParticle, or nowhere."""

from typing import Protocol

from destination_mparticle.events_api.sender_pool import SenderPool
from destination_mparticle.pipeline.batch import Batch
from destination_mparticle.platform_api.change import AccountChange
from destination_mparticle.platform_api.worker import AccountWorker
from destination_mparticle.tracking.record_tracker import RecordTracker


class Sink(Protocol):
    """Where closed batches and changes to accounts go."""

    def send(self, batch: Batch) -> None:
        """Take a batch."""

    def change(self, change: AccountChange) -> None:
        """Take a change to an account."""

    def let_go(self) -> None:
        """Hold nothing back for long, because a state waits for it."""

    def finish(self) -> None:
        """Return when everything is settled."""

    def drain(self, seconds: float) -> None:
        """Wait for what is under way, but only for so many seconds."""

    def abandon(self) -> None:
        """Stop as soon as possible."""


class MparticleSink:
    """The lanes to the Events API, and beside them the one to the Platform API. A failure of one ends both."""

    def __init__(self, lanes: SenderPool, account_lane: AccountWorker) -> None:
        self._lanes = lanes
        self._account_lane = account_lane

    def send(self, batch: Batch) -> None:
        """Put a batch on its way."""
        self._account_lane.raise_failure()
        self._lanes.send(batch)

    def change(self, change: AccountChange) -> None:
        """Put a change to an account on its way."""
        self._lanes.raise_failure()
        self._account_lane.send(change)

    def let_go(self) -> None:
        """Let leave what waits for a fuller request."""
        self._lanes.let_go()

    def finish(self) -> None:
        """Send everything and wait until it is settled."""
        self._lanes.finish()
        self._account_lane.finish()

    def drain(self, seconds: float) -> None:
        """Wait for what is under way, but only for so many seconds."""
        self._lanes.drain(seconds)

    def abandon(self) -> None:
        """Stop sending as soon as possible."""
        self._account_lane.abandon()
        self._lanes.abandon()


class DryRunSink:
    """Sends nothing and counts everything as accepted."""

    def __init__(self, accounts: RecordTracker) -> None:
        self._accounts = accounts

    def send(self, batch: Batch) -> None:
        """Count the batch."""
        self._accounts.accepted(batch)

    def change(self, change: AccountChange) -> None:
        """Count the change."""
        self._accounts.changed(change)

    def let_go(self) -> None:
        """Nothing is held back."""

    def finish(self) -> None:
        """Nothing is under way."""

    def drain(self, seconds: float) -> None:
        """Nothing is under way."""

    def abandon(self) -> None:
        """Nothing is under way."""
