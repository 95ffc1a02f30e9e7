"""Send requests, each until every one of its batches is settled."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Protocol

from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from destination_mparticle.errors import config_error, system_error, transient_error
from destination_mparticle.events_api.client import EventsClient
from destination_mparticle.events_api.refusals import named
from destination_mparticle.http.rate_limiter import RateLimiter
from destination_mparticle.http.response import ApiResponse
from destination_mparticle.http.retry import EVENTS_ACCEPTED, RetryPolicy, Verdict, verdict
from destination_mparticle.options import option
from destination_mparticle.pipeline.batch import Batch, halves
from destination_mparticle.pipeline.packing import Request
from destination_mparticle.pipeline.routing import Route
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
class SendContext:
    """What the senders of a run share.

    With `whole`, a refused batch is not cut, and nothing that its stream has for the same user follows it: once its
    culprit is mended, the next run sends all of it, and what was sent before must not come in other batches.
    """

    pacer: RateLimiter
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

    def __init__(self, client: EventsClient, context: SendContext) -> None:
        self._client = client
        self._context = context

    def deliver(self, request: Request) -> None:
        """Settle every batch of a request. Raises an Airbyte exception when the sync cannot go on."""
        barred = self._context.barred
        free = tuple(batch for batch in request.batches if (batch.stream, batch.user) not in barred)
        for batch in request.batches:
            if (batch.stream, batch.user) in barred:
                self._context.settlement.held_back(batch.stream, len(batch.rows))
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

    def _sort_out(self, request: Request, answer: ApiResponse) -> None:
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
            self._context.settlement.accepted(batch)

    def _refuse(self, batch: Batch, answer: ApiResponse) -> None:
        """Cut what was refused alone, or write it off when it cannot be cut."""
        cut = None if self._context.whole else halves(batch)
        if self._context.whole:
            self._context.barred.add((batch.stream, batch.user))
        if cut is None:
            self._context.settlement.refused(batch, answer.words or f"mParticle answered {answer.status}.")
            return
        for half in cut:
            self._alone(batch.route, half)

    def _send(self, request: Request) -> ApiResponse:
        """Try until mParticle accepts the request or says that something in it is wrong."""
        body = request.body
        started = self._context.clock()
        retries, waited = 0, 0.0
        while True:
            self._wait_for_turn(len(request.batches))
            answer = self._client.post(request.route.value, body)
            self._take_note(answer)
            judged = verdict(answer, EVENTS_ACCEPTED)
            if judged is not Verdict.RETRY:
                break
            elapsed = self._context.clock() - started
            seconds = self._context.retry.wait(retries, elapsed, answer.retry_after, self._context.rng)
            if seconds is None:
                raise gave_up(answer, retries + 1, elapsed)
            retries += 1
            waited += seconds
            self._sleep(seconds)
        self._context.progress()
        self._context.settlement.requested(
            request.batches, retries=retries, waited=waited, percentage=self._context.pacer.percentage_used
        )
        if judged is Verdict.CREDENTIALS:
            raise credentials_error(answer.status or 0, self._context.pod)
        if judged is Verdict.FAIL:
            raise unexpected(answer, request.route.value)
        return answer

    def _wait_for_turn(self, batches: int) -> None:
        """Wait for a slot, and for another one if a 429 of some lane has closed it meanwhile."""
        while True:
            with self._context.pacer_lock:
                seconds = self._context.pacer.reserve(batches, self._context.clock())
            self._sleep(seconds)
            with self._context.pacer_lock:
                if not self._context.pacer.is_held(self._context.clock()):
                    return

    def _take_note(self, answer: ApiResponse) -> None:
        with self._context.pacer_lock:
            if answer.status == _TOO_MANY:
                self._context.pacer.refused(
                    self._context.clock(), answer.retry_after, acceleration=answer.exceeded == "acceleration"
                )
            elif answer.percentage_used is not None:
                self._context.pacer.answered(answer.percentage_used, self._context.clock())

    def _sleep(self, seconds: float) -> None:
        if self._context.stopped.wait(seconds) if seconds > 0 else self._context.stopped.is_set():
            raise Stopped


_TOO_MANY = 429


def credentials_error(status: int, pod: str) -> AirbyteTracedException:
    """Return what to say about a 401 or 403."""
    return config_error(
        f"mParticle refused the credentials ({status}): check that {option('api_key')} and {option('api_secret')} "
        f"are the server-to-server pair of one input, and that the input lives in pod {pod}."
    )


def unexpected(answer: ApiResponse, path: str) -> AirbyteTracedException:
    """Return what to say about an answer that does not come from mParticle, or that nothing can be done about."""
    what = f"answered {answer.status}" + ("" if answer.is_json else " with something that is not JSON")
    return system_error(
        f"mParticle {what} to a request to {path}: check {option('pod')}, {option('events_url')}, and any proxy on the "
        "way."
    )


def gave_up(answer: ApiResponse, tries: int, elapsed: float) -> AirbyteTracedException:
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
