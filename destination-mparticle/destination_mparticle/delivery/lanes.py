"""Parallel lanes to mParticle: one connection and one thread each, and every user in only one of them."""

import math
import random
import zlib
from collections.abc import Callable
from queue import SimpleQueue
from threading import Event, Lock, Thread

from destination_mparticle import policy
from destination_mparticle.delivery.batch import Batch
from destination_mparticle.delivery.client import EventsClient
from destination_mparticle.delivery.gate import Gate
from destination_mparticle.delivery.pacer import Pacer
from destination_mparticle.delivery.packing import Packer, Request
from destination_mparticle.delivery.retry import RetryPolicy
from destination_mparticle.delivery.sender import Sender, Settlement, Stopped, Surroundings


class Lanes:
    """Takes closed batches in order and sends them. Its methods are for one thread, the reader's."""

    def __init__(
        self,
        connect: Callable[[], EventsClient],
        settlement: Settlement,
        *,
        batches_per_second: int,
        salt: str,
        pod: str,
        gate: Gate,
        retry: RetryPolicy = RetryPolicy(),  # noqa: B008 - it cannot change
    ) -> None:
        self._stopped = Event()
        self._gate = gate
        self._failure: BaseException | None = None
        self._failure_lock = Lock()
        surroundings = Surroundings(
            pacer=Pacer(batches_per_second),
            pacer_lock=Lock(),
            settlement=settlement,
            retry=retry,
            rng=random.Random(),  # noqa: S311 - jitter
            stopped=self._stopped,
            salt=salt,
            pod=pod,
        )
        max_batches = math.ceil(batches_per_second / policy.REQUESTS_PER_SECOND)
        self._lanes = [
            _Lane(connect(), surroundings, Packer(max_batches), self._gate, self._fail) for _ in range(policy.LANES)
        ]

    def send(self, batch: Batch) -> None:
        """Put a batch on its way, waiting while too many bytes are under way. Raises what made a lane fail."""
        self._gate.enter(batch.weight)
        self.raise_failure()
        self._lanes[zlib.crc32(batch.user.encode()) % len(self._lanes)].add(batch)

    def flush(self) -> None:
        """Send what waits for a fuller request. Does not wait for answers."""
        for lane in self._lanes:
            lane.flush()

    def finish(self) -> None:
        """Send everything and wait until it is settled. Raises what made a lane fail."""
        self.flush()
        for lane in self._lanes:
            lane.join()
        self.raise_failure()

    def abandon(self) -> None:
        """Stop sending as soon as possible, because the sync has failed elsewhere."""
        self._stopped.set()
        self._gate.give_up()
        for lane in self._lanes:
            lane.join()

    def _fail(self, failure: BaseException) -> None:
        with self._failure_lock:
            self._failure = self._failure or failure
        self._stopped.set()
        self._gate.give_up()

    def raise_failure(self) -> None:
        """Raise what made a lane fail, if one did."""
        if self._failure is not None:
            raise self._failure


class _Lane:
    """One thread and its queue of requests."""

    def __init__(
        self,
        client: EventsClient,
        surroundings: Surroundings,
        packer: Packer,
        gate: Gate,
        fail: Callable[[BaseException], None],
    ) -> None:
        self._client = client
        self._sender = Sender(client, surroundings)
        self._packer = packer
        self._gate = gate
        self._fail = fail
        self._queue: SimpleQueue[Request | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="mparticle-lane", daemon=True)
        self._thread.start()

    def add(self, batch: Batch) -> None:
        self._put(self._packer.add(batch))

    def flush(self) -> None:
        self._put(self._packer.close())

    def join(self) -> None:
        self._queue.put(None)
        self._thread.join()

    def _put(self, request: Request | None) -> None:
        if request is not None:
            self._queue.put(request)

    def _run(self) -> None:
        try:
            while (request := self._queue.get()) is not None:
                self._sender.deliver(request)
                self._gate.leave(request.weight)
        except Stopped:
            return
        except Exception as failure:  # noqa: BLE001 - the end of a thread; the reader raises it again
            self._fail(failure)
        finally:
            self._client.close()
