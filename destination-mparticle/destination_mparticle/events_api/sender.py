"""Send requests to the Events API until mParticle has accepted or refused each of their batches."""

import math
from dataclasses import dataclass, field

from destination_mparticle.events_api.errors import unexpected_response_error
from destination_mparticle.events_api.refusals import refused_indexes
from destination_mparticle.http.call import Call
from destination_mparticle.http.response import ApiResponse
from destination_mparticle.http.retry import Verdict
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.pipeline.batch import Batch, split
from destination_mparticle.pipeline.packing import Request
from destination_mparticle.pipeline.routing import Route
from destination_mparticle.sending.retrying_client import RetryingClient
from destination_mparticle.sending.shipment import ResultListener


@dataclass(frozen=True)
class SendContext:
    """What the senders of a run share.

    With `stop_at_refusal`, a refused batch is not split, and nothing that its stream has for the same user follows it:
    once its record is fixed, the next run sends all of it, and what was sent before must not come in other batches.
    """

    listener: ResultListener
    stop_at_refusal: bool = False
    blocked: set[tuple[StreamKey, str]] = field(default_factory=set)
    """The streams and users of refused batches."""


class EventsSender:
    """Delivers requests. A batch that mParticle refuses is split until the record that it refuses is alone."""

    def __init__(self, client: RetryingClient, context: SendContext) -> None:
        self._client = client
        self._context = context

    def deliver(self, request: Request) -> None:
        """Return when every batch of a request is accepted or refused. Raises a `SyncError`."""
        sendable = self._sendable(request) if self._context.blocked else [*request.batches]
        while sendable:
            size = self._part_size(len(sendable))
            self._deliver(Request(request.route, tuple(sendable[:size])))
            del sendable[:size]

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _sendable(self, request: Request) -> list[Batch]:
        """Return the batches of users who have none that was refused, and hold the others back."""
        sendable = []
        for batch in request.batches:
            if (batch.stream, batch.user) in self._context.blocked:
                self._context.listener.held_back(batch.stream, len(batch.records))
            else:
                sendable.append(batch)
        return sendable

    def _part_size(self, batches: int) -> int:
        """Return how many of so many batches to send at once, so that all parts are of about the size that suits."""
        suitable = self._client.batches_per_request or batches
        return math.ceil(batches / max(1, round(batches / suitable)))

    def _deliver(self, request: Request) -> None:
        batches = request.batches
        response = self._send(request)
        is_accepted = self._client.verdict(response) is Verdict.ACCEPTED
        if is_accepted and not response.errors:
            self._context.listener.accepted(batches)
        elif len(batches) == 1:
            self._refuse(batches[0], response)
        elif is_accepted:
            self._resolve_partial(request, response)
        else:
            middle = len(batches) // 2
            self._deliver(Request(request.route, batches[:middle]))
            self._deliver(Request(request.route, batches[middle:]))

    def _resolve_partial(self, request: Request, response: ApiResponse) -> None:
        """Find out which batches mParticle refused of a request that it accepted in part.

        The batches that the errors name are sent again, each alone and with its id unchanged, so that one that was
        accepted after all is not taken twice. The others were accepted, unless one of those named is accepted alone:
        then the errors meant others, as they may where they name none, and every batch is sent again alone.
        """
        named = refused_indexes(response, request.batches)
        suspects = range(len(request.batches)) if named is None else named
        accepted = [self._deliver_alone(request.route, request.batches[index]) for index in suspects]
        others = [batch for index, batch in enumerate(request.batches) if index not in suspects]
        if not any(accepted):
            self._context.listener.accepted(others)
        else:
            for batch in others:
                self._deliver_alone(request.route, batch)

    def _deliver_alone(self, route: Route, batch: Batch) -> bool:
        """Send one batch and return whether mParticle accepted it."""
        response = self._send(Request(route, (batch,)))
        if self._client.verdict(response) is Verdict.ACCEPTED and not response.errors:
            self._context.listener.accepted([batch])
            return True
        self._refuse(batch, response)
        return False

    def _refuse(self, batch: Batch, response: ApiResponse) -> None:
        """Split a batch that was refused alone, or report it as refused where it cannot be split."""
        parts = None if self._context.stop_at_refusal else split(batch)
        if self._context.stop_at_refusal:
            self._context.blocked.add((batch.stream, batch.user))
        if parts is None:
            self._context.listener.refused(batch, response.error_text or f"mParticle answered {response.status}.")
            return
        for part in parts:
            self._deliver_alone(batch.route, part)

    def _send(self, request: Request) -> ApiResponse:
        """Return the response that accepts the request or says that something in it is wrong."""
        response = self._client.send(Call("POST", request.route.value, request.body), request.batches)
        if self._client.verdict(response) is Verdict.FAIL:
            raise unexpected_response_error(response, request.route.value)
        return response
