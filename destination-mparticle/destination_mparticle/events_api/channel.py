"""The way to the Events API: batches are packed into requests, and a user's requests are sent one after the other."""

import math
from threading import Lock

from destination_mparticle import tuning
from destination_mparticle.config import Config
from destination_mparticle.events_api.errors import credentials_error
from destination_mparticle.events_api.sender import EventsSender, SendContext
from destination_mparticle.http.auth import BasicAuth
from destination_mparticle.http.client import HttpClient
from destination_mparticle.http.rate_limiter import RateLimiter, SharedRateLimiter
from destination_mparticle.http.retry import EVENTS_ACCEPTED
from destination_mparticle.pipeline.batch import Batch
from destination_mparticle.pipeline.packing import Packer, Request
from destination_mparticle.sending.retrying_client import RetryContext, RetryingClient
from destination_mparticle.sending.run_context import RunContext
from destination_mparticle.sending.sender_pool import SenderPool


class EventsChannel:
    """Packs closed batches, in order. A request is queued once it is full or flushed, or soon after a state."""

    def __init__(self, config: Config, context: RunContext) -> None:
        by_user = config.grouping == "by_user"
        retry_context = RetryContext(
            context,
            credentials_error=lambda status, _request: credentials_error(status, config.pod),
            accepted=EVENTS_ACCEPTED,
            rate_limiter=SharedRateLimiter(RateLimiter(config.max_batches_per_second)),
        )
        send_context = SendContext(context.listener, stop_at_refusal=by_user and not config.skip_rejected)

        def open_sender() -> EventsSender:
            auth = BasicAuth(config.api_key, config.api_secret)
            return EventsSender(
                RetryingClient(HttpClient(config.events_url, auth, context.http), retry_context), send_context
            )

        self._packer = Packer(
            math.ceil(config.max_batches_per_second / tuning.REQUESTS_PER_SECOND), one_for_each_user=by_user
        )
        self._pool: SenderPool[Request] = SenderPool(
            open_sender,
            name="events-sender",
            size=tuning.EVENTS_SENDERS,
            threads=context.threads,
            budget=context.budget,
            on_done=self._flush_if_idle,
        )
        self._lock = Lock()
        self._flushes_soon = False

    def send(self, batch: Batch) -> None:
        """Pack a batch."""
        with self._lock:
            self._put(self._packer.add(batch))

    def flush(self) -> None:
        """Queue what waits for a fuller request."""
        with self._lock:
            self._put(self._packer.close())

    def flush_soon(self) -> None:
        """Queue what waits for a fuller request as soon as few requests are in progress."""
        with self._lock:
            self._flushes_soon = True
        self._flush_if_idle()

    def close(self) -> None:
        """Let the threads end."""
        self._pool.close()

    def _flush_if_idle(self) -> None:
        with self._lock:
            if self._flushes_soon and len(self._pool) < tuning.FEW_REQUESTS:
                self._flushes_soon = False
                self._put(self._packer.close())

    def _put(self, requests: list[Request]) -> None:
        for request in requests:
            self._pool.put(request, request.users)
