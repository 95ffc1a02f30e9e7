"""Send requests, each until every one of its batches is settled."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Protocol

from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from destination_mparticle.delivery.answer import Answer
from destination_mparticle.delivery.batch import Batch, halves
from destination_mparticle.delivery.client import EventsClient
from destination_mparticle.delivery.pacer import Pacer
from destination_mparticle.delivery.packing import Request
from destination_mparticle.delivery.refusals import named
from destination_mparticle.delivery.retry import EVENTS_ACCEPTED, RetryPolicy, Verdict, verdict
from destination_mparticle.delivery.routing import Route
from destination_mparticle.errors import config_error, system_error, transient_error
from destination_mparticle.options import option
from destination_mparticle.protocol.catalog import StreamKey


class Settlement(Protocol):
    """Where the fate of a batch is written down. Called from several threads."""

    def accepted(self, batch: Batch) -> None:
        """Count a batch that mParticle took."""

    def refused(self, batch: Batch, words: str) -> None:
        """Write off a batch that mParticle refused, in its own words."""

    def held_back(self, stream: StreamKey, records: int) -> None:
        """Count valid records that are not sent, because a record before them was rejected."""

    def requested(self, batches: Sequence[Batch], *, retries: int, waited: float, percentage: float) -> None:
        """Count a request that was answered for good, after so many retries and seconds of waiting between them."""


@dataclass(frozen=True)
class Surroundings:
    """What the senders of a run share.

    With `whole`, a refused batch is not cut, and nothing that its stream has for the same user follows it: once its
    culprit is mended, the next run sends all of it, and what was sent before must not come in other batches.
    """

    pacer: Pacer
    pacer_lock: Lock
    settlement: Settlement
    retry: RetryPolicy
    rng: random.Random
    stopped: Event
    progress: Callable[[], None]
    pod: str
    whole: bool = False
    barred: set[tuple[StreamKey, str]] = field(default_factory=set)
    clock: Callable[[], float] = time.monotonic


class Stopped(Exception):
    """Another lane has failed, and this one gives up."""


class Sender:
    """Delivers requests. A batch that mParticle refuses is cut until the culprit stands alone."""

    def __init__(self, client: EventsClient, surroundings: Surroundings) -> None:
        self._client = client
        self._around = surroundings

    def deliver(self, request: Request) -> None:
        """Settle every batch of a request. Raises an Airbyte exception when the sync cannot go on."""
        barred = self._around.barred
        free = tuple(batch for batch in request.batches if (batch.stream, batch.user) not in barred)
        for batch in request.batches:
            if (batch.stream, batch.user) in barred:
                self._around.settlement.held_back(batch.stream, len(batch.rows))
        if free:
            self._deliver(Request(request.route, free))

    def _deliver(self, request: Request) -> None:
        batches = request.batches
        answer = self._send(request)
        was_taken = verdict(answer, EVENTS_ACCEPTED) is Verdict.ACCEPTED
        if was_taken and not answer.errors:
            self._accept(batches)
        elif len(batches) == 1:
            self._refuse(batches[0], answer)
        elif was_taken:
            self._sort_out(request, answer)
        else:
            middle = len(batches) // 2
            self._deliver(Request(request.route, batches[:middle]))
            self._deliver(Request(request.route, batches[middle:]))

    def _sort_out(self, request: Request, answer: Answer) -> None:
        """Settle a request of which mParticle took a part.

        What its errors name goes again, each batch alone, with its id unchanged, so that one that was taken after all
        is not taken twice. The others were taken, unless one of those named passes alone: then the errors meant others,
        as they may where they name none, and every batch goes again alone.
        """
        places = named(answer, request.batches)
        suspects = range(len(request.batches)) if places is None else places
        passed = [self._alone(request.route, request.batches[place]) for place in suspects]
        others = [batch for place, batch in enumerate(request.batches) if place not in suspects]
        if not any(passed):
            self._accept(others)
        else:
            for batch in others:
                self._alone(request.route, batch)

    def _alone(self, route: Route, batch: Batch) -> bool:
        """Send one batch and return whether mParticle took it."""
        answer = self._send(Request(route, (batch,)))
        if verdict(answer, EVENTS_ACCEPTED) is Verdict.ACCEPTED and not answer.errors:
            self._accept([batch])
            return True
        self._refuse(batch, answer)
        return False

    def _accept(self, batches: Sequence[Batch]) -> None:
        for batch in batches:
            self._around.settlement.accepted(batch)

    def _refuse(self, batch: Batch, answer: Answer) -> None:
        """Cut what was refused alone, or write it off when it cannot be cut."""
        cut = None if self._around.whole else halves(batch)
        if self._around.whole:
            self._around.barred.add((batch.stream, batch.user))
        if cut is None:
            self._around.settlement.refused(batch, answer.words or f"mParticle answered {answer.status}.")
            return
        for half in cut:
            self._alone(batch.route, half)

    def _send(self, request: Request) -> Answer:
        """Try until mParticle accepts the request or says that something in it is wrong."""
        body = request.body
        started = self._around.clock()
        retries, waited = 0, 0.0
        while True:
            self._wait_for_turn(len(request.batches))
            answer = self._client.post(request.route.value, body)
            self._take_note(answer)
            judged = verdict(answer, EVENTS_ACCEPTED)
            if judged is not Verdict.AGAIN:
                break
            elapsed = self._around.clock() - started
            seconds = self._around.retry.wait(retries, elapsed, answer.retry_after, self._around.rng)
            if seconds is None:
                raise gave_up(answer, retries + 1, elapsed)
            retries += 1
            waited += seconds
            self._sleep(seconds)
        self._around.progress()
        self._around.settlement.requested(
            request.batches, retries=retries, waited=waited, percentage=self._around.pacer.percentage_used
        )
        if judged is Verdict.CREDENTIALS:
            raise credentials_error(answer.status or 0, self._around.pod)
        if judged is Verdict.STOP:
            raise unexpected(answer, request.route.value)
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
                self._around.pacer.answered(answer.percentage_used, self._around.clock())

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


def unexpected(answer: Answer, path: str) -> AirbyteTracedException:
    """Return what to say about an answer that does not come from mParticle, or that nothing can be done about."""
    what = f"answered {answer.status}" + ("" if answer.is_json else " with something that is not JSON")
    return system_error(
        f"mParticle {what} to a request to {path}: check {option('pod')}, {option('events_url')}, and any proxy on the "
        "way."
    )


def gave_up(answer: Answer, tries: int, elapsed: float) -> AirbyteTracedException:
    """Return what to say when a request was not answered for good in the time that it is given."""
    what = f"answered {answer.status}" if answer.status else f"gave no usable answer ({answer.message})"
    if answer.retry_after is not None and answer.retry_after > elapsed:
        what += f" and asked to wait {answer.retry_after:.0f} seconds, which is longer than the connector waits"
    else:
        what += f" to {tries} {'try' if tries == 1 else 'tries'} of one request in {elapsed:.0f} seconds"
    return transient_error(
        f"mParticle {what}. What was accepted is confirmed by the states that were sent; run the sync again for the "
        "rest."
    )
