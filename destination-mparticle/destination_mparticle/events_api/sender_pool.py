"""Parallel lanes to mParticle: one connection and one thread each."""

import math
import random
import time
from collections.abc import Callable
from threading import Condition, Event, Lock, Thread

from destination_mparticle import tuning
from destination_mparticle.events_api.client import EventsClient
from destination_mparticle.events_api.keyed_queue import KeyedQueue
from destination_mparticle.events_api.sender import SendContext, Sender, Settlement, Stopped
from destination_mparticle.http.rate_limiter import RateLimiter
from destination_mparticle.http.retry import RetryPolicy
from destination_mparticle.pipeline.batch import Batch
from destination_mparticle.pipeline.byte_budget import ByteBudget
from destination_mparticle.pipeline.packing import Packer, Request


class SenderPool:
    """Takes closed batches in order and sends them, a user's one after the other. Its methods are for the reader.

    Every request leaves as soon as a lane is free, once it is full, or it is let go and few others are under way.
    """

    def __init__(
        self,
        connect: Callable[[], EventsClient],
        settlement: Settlement,
        *,
        batches_per_second: int,
        pod: str,
        gate: ByteBudget,
        whole: bool = False,
        one_for_each_user: bool = True,
        retry: RetryPolicy = RetryPolicy(),  # noqa: B008 - it cannot change
    ) -> None:
        self._stopped = Event()
        self._gate = gate
        self._failure: BaseException | None = None
        self._changed = Condition()
        self._packer = Packer(
            math.ceil(batches_per_second / tuning.REQUESTS_PER_SECOND), one_for_each_user=one_for_each_user
        )
        self._backlog: KeyedQueue[Request] = KeyedQueue()
        self._let_go = False
        self._closed = False
        self._context = SendContext(
            pacer=RateLimiter(batches_per_second),
            pacer_lock=Lock(),
            settlement=settlement,
            retry=retry,
            rng=random.Random(),  # noqa: S311 - jitter
            stopped=self._stopped,
            progress=gate.traffic.move,
            pod=pod,
            whole=whole,
        )
        self._connect = connect
        self._threads: list[Thread] = []

    def send(self, batch: Batch) -> None:
        """Put a batch on its way, waiting while too many bytes are under way. Raises what made a lane fail."""
        self._gate.enter(batch.weight, self.flush)
        self.raise_failure()
        if not self._threads:
            self._start()
        with self._changed:
            self._queue(self._packer.add(batch))

    def let_go(self) -> None:
        """Let what waits for a fuller request leave as soon as few others are under way. Does not wait."""
        with self._changed:
            self._let_go = True
            self._release()

    def flush(self) -> None:
        """Send what waits for a fuller request now. Does not wait for answers."""
        with self._changed:
            self._queue(self._packer.close())

    def finish(self) -> None:
        """Send everything and wait until it is settled. Raises what made a lane fail."""
        self.flush()
        self._gate.traffic.wait(lambda: self._gate.is_empty)
        self._close()
        self.raise_failure()

    def drain(self, seconds: float) -> None:
        """Send what is closed and wait for the answers, but only for so many seconds."""
        self.flush()
        self._gate.traffic.wait_at_most(seconds, lambda: self._gate.is_empty)

    def abandon(self) -> None:
        """Stop sending as soon as possible, because the sync has failed elsewhere."""
        self._stopped.set()
        self._gate.traffic.give_up()
        self._close()

    def raise_failure(self) -> None:
        """Raise what made a lane fail, if one did."""
        if self._failure is not None:
            raise self._failure

    def _start(self) -> None:
        """Open the lanes, not before there is something to send: a sync may write accounts alone."""
        for number in range(tuning.LANES):
            name = f"mparticle-lane-{number}"
            self._threads.append(Thread(target=self._run, args=(self._connect(),), name=name, daemon=True))
        for thread in self._threads:
            thread.start()

    def _close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        ends = time.monotonic() + tuning.JOIN_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, ends - time.monotonic()))

    def _queue(self, requests: list[Request]) -> None:
        for request in requests:
            self._backlog.put(request, request.users)
        self._changed.notify(len(requests))

    def _release(self) -> None:
        if self._let_go and len(self._backlog) < tuning.FEW_REQUESTS:
            self._let_go = False
            self._queue(self._packer.close())

    def _run(self, client: EventsClient) -> None:
        sender = Sender(client, self._context)
        try:
            while (taken := self._take()) is not None:
                number, request = taken
                sender.deliver(request)
                with self._changed:
                    self._backlog.done(number)
                    self._release()
                    self._changed.notify_all()
                self._gate.leave(sum(batch.weight for batch in request.batches))
        except Stopped:
            return
        except Exception as failure:  # noqa: BLE001 - the end of a thread; the reader raises it again
            self._fail(failure)
        finally:
            client.close()

    def _take(self) -> tuple[int, Request] | None:
        """Return the next request, waiting for one; None when there will be no more."""
        with self._changed:
            while not self._closed:
                taken = self._backlog.take()
                if taken is not None:
                    return taken
                self._changed.wait()
        return None

    def _fail(self, failure: BaseException) -> None:
        with self._changed:
            self._failure = self._failure or failure
        self._stopped.set()
        self._gate.traffic.give_up()
