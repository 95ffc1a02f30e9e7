"""Send requests of one lane, one after the other, until each of their batches is settled."""

import random
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event, Lock
from typing import Protocol

from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from destination_mparticle.delivery.answer import Answer
from destination_mparticle.delivery.batch import Batch, halves
from destination_mparticle.delivery.client import EventsClient
from destination_mparticle.delivery.pacer import Pacer
from destination_mparticle.delivery.packing import Request
from destination_mparticle.delivery.retry import RetryPolicy, Verdict, verdict
from destination_mparticle.errors import config_error, system_error, transient_error
from destination_mparticle.options import option


class Settlement(Protocol):
    """Where the fate of a batch is written down. Called from several threads."""

    def accepted(self, batch: Batch) -> None:
        """Count a batch that mParticle took."""

    def refused(self, batch: Batch, message: str) -> None:
        """Write off a batch that mParticle refused, for a reason of its own."""

    def requested(self, batches: Sequence[Batch], *, retries: int, waited: float, percentage: float) -> None:
        """Count a request that was answered for good, after so many retries and seconds of waiting between them."""


@dataclass(frozen=True)
class Surroundings:
    """What the lanes of a run share."""

    pacer: Pacer
    pacer_lock: Lock
    settlement: Settlement
    retry: RetryPolicy
    rng: random.Random
    stopped: Event
    salt: str
    pod: str
    clock: Callable[[], float] = time.monotonic


class Stopped(Exception):
    """Another lane has failed, and this one gives up."""


class Sender:
    """Delivers requests in order. A request that mParticle refuses is halved until the culprit stands alone."""

    def __init__(self, client: EventsClient, surroundings: Surroundings) -> None:
        self._client = client
        self._around = surroundings

    def deliver(self, request: Request) -> None:
        """Settle every batch of a request. Raises an Airbyte exception when the sync cannot go on."""
        parts = deque([request.batches])
        while parts:
            batches = parts.popleft()
            answer = self._send(Request(request.route, batches))
            if verdict(answer.status) is Verdict.ACCEPTED:
                for batch in batches:
                    self._around.settlement.accepted(batch)
            else:
                parts.extendleft(reversed(self._cut(batches, answer)))

    def _cut(self, batches: tuple[Batch, ...], answer: Answer) -> list[tuple[Batch, ...]]:
        """Halve what was refused, or reject it when it cannot be halved."""
        if len(batches) > 1:
            middle = len(batches) // 2
            return [batches[:middle], batches[middle:]]
        cut = halves(batches[0], self._around.salt)
        if cut is not None:
            return [(half,) for half in cut]
        status = answer.status or 0
        self._around.settlement.refused(batches[0], answer.message or f"mParticle answered {status}.")
        return []

    def _send(self, request: Request) -> Answer:
        """Try until mParticle accepts the request or says that something in it is wrong."""
        body = request.body
        started = self._around.clock()
        retries, waited = 0, 0.0
        while True:
            self._wait_for_turn(len(request.batches))
            answer = self._client.post(request.route.value, body)
            self._take_note(answer)
            judged = verdict(answer.status)
            if judged is not Verdict.AGAIN:
                break
            elapsed = self._around.clock() - started
            seconds = self._around.retry.wait(retries, elapsed, answer.retry_after, self._around.rng)
            if seconds is None:
                raise gave_up(answer, retries + 1, elapsed)
            retries += 1
            waited += seconds
            self._sleep(seconds)
        self._around.settlement.requested(
            request.batches, retries=retries, waited=waited, percentage=self._around.pacer.percentage_used
        )
        if judged is Verdict.CREDENTIALS:
            raise credentials_error(answer.status or 0, self._around.pod)
        if judged is Verdict.STOP:
            raise system_error(
                f"mParticle answered {answer.status} to a request to {request.route.value}; check "
                f"{option('pod')} and {option('events_url')}."
            )
        return answer

    def _wait_for_turn(self, batches: int) -> None:
        """Wait for a slot, and for another one if a 429 of some lane has closed it meanwhile."""
        while True:
            with self._around.pacer_lock:
                seconds = self._around.pacer.reserve(batches, self._around.clock())
            self._sleep(seconds)
            with self._around.pacer_lock:
                if not self._around.pacer.is_held(self._around.clock()):
                    return

    def _take_note(self, answer: Answer) -> None:
        with self._around.pacer_lock:
            if answer.status == _TOO_MANY:
                self._around.pacer.refused(
                    self._around.clock(), answer.retry_after, acceleration=answer.exceeded == "acceleration"
                )
            elif answer.percentage_used is not None:
                self._around.pacer.answered(answer.percentage_used)

    def _sleep(self, seconds: float) -> None:
        if self._around.stopped.wait(seconds) if seconds > 0 else self._around.stopped.is_set():
            raise Stopped


_TOO_MANY = 429


def credentials_error(status: int, pod: str) -> AirbyteTracedException:
    """Return what to say about a 401 or 403."""
    return config_error(
        f"mParticle refused the credentials ({status}): check that {option('api_key')} and {option('api_secret')} "
        f"are the server-to-server pair of one input, and that the input lives in pod {pod}."
    )


def gave_up(answer: Answer, tries: int, elapsed: float) -> AirbyteTracedException:
    """Return what to say when a request was tried so often, for so many seconds, and never answered for good."""
    what = f"answered {answer.status}" if answer.status else f"gave no answer ({answer.message})"
    return transient_error(
        f"mParticle {what} to {tries} tries of one request in {elapsed:.0f} seconds. What was accepted is "
        "confirmed by the states that were sent; run the sync again for the rest."
    )
