"""Where a sync's shipments go: to mParticle, or nowhere."""

from collections.abc import Mapping
from typing import Any, Protocol

from destination_mparticle.sending.byte_budget import ByteBudget
from destination_mparticle.sending.shipment import Channel, ResultListener, Shipment
from destination_mparticle.sending.threads import SenderThreads


class Sink(Protocol):
    """Takes shipments. Its methods are for one thread, the reader's."""

    def send(self, shipment: Shipment) -> None:
        """Take a shipment, waiting while too many bytes are in progress. Raises the error that ended a thread."""

    def flush_soon(self) -> None:
        """Hold nothing back for long, because a state waits for it."""

    def finish(self) -> None:
        """Send everything and wait for the results. Raises the error that ended a thread."""

    def drain(self, seconds: float) -> None:
        """Send everything and wait for the results, but only for so many seconds."""

    def abort(self) -> None:
        """Stop sending as soon as possible, because the sync has failed."""


class MparticleSink:
    """Sends each shipment through the channel of its API. A failure in one channel ends all of them."""

    def __init__(self, channels: Mapping[type, Channel[Any]], threads: SenderThreads, budget: ByteBudget) -> None:
        self._channels = channels
        self._threads = threads
        self._budget = budget

    def send(self, shipment: Shipment) -> None:
        """Take a shipment. Before this waits for others, it flushes them."""
        self._budget.acquire(shipment.weight, self.flush)
        self._threads.raise_failure()
        self._channels[type(shipment)].send(shipment)

    def flush(self) -> None:
        """Send what waits for a fuller request. Does not wait for the results."""
        for channel in self._channels.values():
            channel.flush()

    def flush_soon(self) -> None:
        """Send what waits for a fuller request as soon as few requests are in progress."""
        for channel in self._channels.values():
            channel.flush_soon()

    def finish(self) -> None:
        """Send everything and wait for the results."""
        self.flush()
        self._budget.progress.wait(lambda: self._budget.is_empty)
        self._close()
        self._threads.raise_failure()

    def drain(self, seconds: float) -> None:
        """Send everything and wait for the results, but only for so many seconds."""
        self.flush()
        self._budget.progress.wait_at_most(seconds, lambda: self._budget.is_empty)

    def abort(self) -> None:
        """Stop sending as soon as possible."""
        self._threads.stop()
        self._close()

    def _close(self) -> None:
        for channel in self._channels.values():
            channel.close()
        self._threads.join()


class DryRunSink:
    """Sends nothing and counts everything as accepted."""

    def __init__(self, listener: ResultListener) -> None:
        self._listener = listener

    def send(self, shipment: Shipment) -> None:
        """Count the shipment."""
        self._listener.accepted([shipment])

    def flush_soon(self) -> None:
        """Nothing is held back."""

    def finish(self) -> None:
        """Nothing is in progress."""

    def drain(self, seconds: float) -> None:
        """Nothing is in progress."""

    def abort(self) -> None:
        """Nothing is in progress."""
