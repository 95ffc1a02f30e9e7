"""Threads that take items from one queue and send them, each on a connection of its own."""

from collections.abc import Callable, Collection, Hashable
from threading import Condition
from typing import Generic, Protocol, TypeVar

from destination_mparticle.sending.byte_budget import ByteBudget
from destination_mparticle.sending.keyed_queue import KeyedQueue
from destination_mparticle.sending.threads import SenderThreads


class Weighted(Protocol):
    """Something with a weight in the byte budget."""

    @property
    def weight(self) -> int:
        """What it costs in memory, roughly, in bytes."""


Item = TypeVar("Item", bound=Weighted)
Item_contra = TypeVar("Item_contra", bound=Weighted, contravariant=True)


class Sender(Protocol[Item_contra]):
    """Sends on one connection, for one thread."""

    def deliver(self, item: Item_contra) -> None:
        """Return when mParticle has accepted or refused the item. Raises a `SyncError` when the sync cannot go on."""

    def close(self) -> None:
        """Close the connection."""


class SenderPool(Generic[Item]):
    """Sends items in parallel, and those that share a key one after the other.

    The threads start with the first item, since a sync may use one API alone. `on_done` is called in their threads
    after each item.
    """

    def __init__(
        self,
        open_sender: Callable[[], Sender[Item]],
        *,
        name: str,
        size: int,
        threads: SenderThreads,
        budget: ByteBudget,
        on_done: Callable[[], None] = lambda: None,
    ) -> None:
        self._open_sender = open_sender
        self._name = name
        self._size = size
        self._threads = threads
        self._budget = budget
        self._on_done = on_done
        self._queue: KeyedQueue[Item] = KeyedQueue()
        self._changed = Condition()
        self._is_started = False
        self._is_closed = False

    def __len__(self) -> int:
        """Items that are waiting or being sent."""
        return len(self._queue)

    def put(self, item: Item, keys: Collection[Hashable]) -> None:
        """Add an item behind all others."""
        if not self._is_started:
            self._is_started = True
            for number in range(self._size):
                self._threads.start(f"{self._name}-{number}", self._work)
        with self._changed:
            # No thread is woken in vain: with many short requests, that would cost more than they do.
            self._changed.notify(self._queue.put(item, keys))

    def close(self) -> None:
        """Take no more items from the queue."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _work(self) -> None:
        sender = self._open_sender()
        try:
            while (taken := self._take()) is not None:
                number, item = taken
                sender.deliver(item)
                with self._changed:
                    self._changed.notify(self._queue.done(number))
                self._on_done()
                self._budget.release(item.weight)
        finally:
            sender.close()

    def _take(self) -> tuple[int, Item] | None:
        """Return the next item, waiting for one; None when there will be no more."""
        with self._changed:
            while not self._is_closed and not self._threads.stopped.is_set():
                taken = self._queue.take()
                if taken is not None:
                    return taken
                self._changed.wait()
        return None
