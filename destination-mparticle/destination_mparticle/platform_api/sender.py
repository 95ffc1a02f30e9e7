"""Carry out changes to accounts, one after the other.

Renaming an account or deleting it again does no harm, so after a lost answer both are simply sent again. Creating has
no such key: mParticle documents nothing by which it would know a repetition. Therefore:

1. Before an account is created, the accounts are listed.
2. After an answer that leaves open what happened (none, 408, 425, 429, or a server error), they are listed again. An
   account of that name whose id was not there before is the one that was asked for, and the record is accepted. If
   there is none, the account is created again.
3. A refusal after such an answer is looked into in the same way, since the first try may have come through late.
4. An account of that name that was there before the first try proves nothing: it may be that of an earlier run that was
   cut off, or another system's. mParticle is asked to create the account, and what it says is the record's fate.

A 404 to a deletion counts as accepted if the account is not in the list either: it was deleted before.
"""

import logging
import random
import time
from collections.abc import Callable, Sequence
from threading import Event
from typing import Final, Protocol

from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from destination_mparticle.errors import system_error
from destination_mparticle.events_api.sender import Stopped, gave_up
from destination_mparticle.http.response import ApiResponse
from destination_mparticle.http.retry import RetryPolicy, Verdict, verdict
from destination_mparticle.objects.operations import APPEND, SOFT_DELETE
from destination_mparticle.options import option
from destination_mparticle.platform_api.calls import Call, call_of, list_accounts
from destination_mparticle.platform_api.change import AccountChange
from destination_mparticle.platform_api.client import PlatformClient, Reply
from destination_mparticle.platform_api.listing import Listing, created_id, read_listing
from destination_mparticle.protocol.catalog import StreamKey

_logger = logging.getLogger("airbyte")
_NOT_FOUND: Final = 404
_REFUSED: Final = frozenset((400, 409, 413, 422))
"""What mParticle answers to a change that its rules forbid; 422 is the documented one."""


class Settlement(Protocol):
    """Where the fate of a change is written down."""

    def changed(self, change: AccountChange) -> None:
        """MParticle carried it out."""

    def refused(self, batch: AccountChange, words: str) -> None:
        """MParticle refused it, in its own words."""

    def held_back(self, stream: StreamKey, records: int) -> None:
        """Count valid records that are not sent, because a record before them was rejected."""

    def requested(self, batches: Sequence[AccountChange], *, retries: int, waited: float, percentage: float) -> None:
        """Count a request that was answered for good, after so many retries and seconds of waiting between them."""


class AccountSender:
    """Settles one change after the other. Raises an Airbyte exception when the sync cannot go on."""

    def __init__(
        self,
        client: PlatformClient,
        settlement: Settlement,
        *,
        account_id: str,
        stopped: Event,
        retry: RetryPolicy | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._settlement = settlement
        self._list = list_accounts(account_id)
        self._stopped = stopped
        self._retry = retry or RetryPolicy()
        self._rng = random.Random()  # noqa: S311 - jitter
        self._clock = clock

    def deliver(self, change: AccountChange) -> bool:
        """Send a change until mParticle has carried it out or refused it. Returns whether it was carried out."""
        kind = change.operation.kind
        call = call_of(change.operation)
        reply = self._create(change, call) if kind == APPEND else self._send(change, call)
        answer, status = reply.answer, reply.answer.status
        was_taken = verdict(answer) is Verdict.ACCEPTED
        if (was_taken and not answer.errors) or (kind == SOFT_DELETE and self._is_gone(change, answer)):
            self._settlement.changed(change)
            if kind == APPEND:
                _log_created(change, reply)
            return True
        if was_taken or status in _REFUSED or (status == _NOT_FOUND and kind != APPEND):
            self._settlement.refused(change, answer.words or f"mParticle answered {status}.")
            return False
        raise _unexpected(call, answer)

    def _create(self, change: AccountChange, call: Call) -> Reply:
        """Create an account once, by the rule in this module's docstring."""
        before = self._listing(change)
        tries = _Tries(self._retry, self._rng, self._clock)
        while True:
            reply = self._client.send(call)
            is_open = verdict(reply.answer) is Verdict.RETRY
            if (is_open or tries.retries) and self._was_created(change, before, reply.answer):
                reply, is_open = Reply(ApiResponse(_CREATED)), False
            if not is_open:
                self._count(change, tries)
                return reply
            self._sleep(tries.wait(reply.answer))

    def _was_created(self, change: AccountChange, before: Listing, answer: ApiResponse) -> bool:
        """Whether a try came through although its answer was lost."""
        if verdict(answer) is Verdict.ACCEPTED:
            return False
        return self._listing(change).gained(before, change.operation.name)

    def _is_gone(self, change: AccountChange, answer: ApiResponse) -> bool:
        return answer.status == _NOT_FOUND and not self._listing(change).has(change.operation.account_id)

    def _listing(self, change: AccountChange) -> Listing:
        reply = self._send(change, self._list)
        if verdict(reply.answer) is not Verdict.ACCEPTED:
            raise _unexpected(self._list, reply.answer)
        try:
            return read_listing(reply.content)
        except ValueError:
            raise _unexpected(self._list, reply.answer, "something that is no list of accounts") from None

    def _send(self, change: AccountChange, call: Call) -> Reply:
        """Send what may be repeated until it is answered for good."""
        tries = _Tries(self._retry, self._rng, self._clock)
        while True:
            reply = self._client.send(call)
            if verdict(reply.answer) is not Verdict.RETRY:
                self._count(change, tries)
                return reply
            self._sleep(tries.wait(reply.answer))

    def _count(self, change: AccountChange, tries: "_Tries") -> None:
        self._settlement.requested([change], retries=tries.retries, waited=tries.waited, percentage=0.0)

    def _sleep(self, seconds: float) -> None:
        if self._stopped.wait(seconds):
            raise Stopped


_CREATED: Final = 201


class _Tries:
    """The tries of one request so far."""

    def __init__(self, retry: RetryPolicy, rng: random.Random, clock: Callable[[], float]) -> None:
        self._retry = retry
        self._rng = rng
        self._clock = clock
        self._started = clock()
        self.retries = 0
        self.waited = 0.0

    def wait(self, answer: ApiResponse) -> float:
        """Return the seconds to wait before the next try. Raises a transient error when the time is up."""
        elapsed = self._clock() - self._started
        seconds = self._retry.wait(self.retries, elapsed, answer.retry_after, self._rng)
        if seconds is None:
            raise gave_up(answer, self.retries + 1, elapsed)
        self.retries += 1
        self.waited += seconds
        return seconds


def _log_created(change: AccountChange, reply: Reply) -> None:
    """Tell the new account's id, which is found nowhere else. Its name is the record's and stays out of the log."""
    account_id = created_id(reply.content)
    if account_id is not None:
        _logger.info("Stream %s: created the account with id %d.", change.stream, account_id)


def _unexpected(call: Call, answer: ApiResponse, content: str = "") -> AirbyteTracedException:
    content = content or ("" if answer.is_json else "something that is not JSON")
    return system_error(
        f"The Platform API answered {answer.status} to {call}{content and f' with {content}'}; check "
        f"{option('platform', 'account_id')}, and {option('api_url')} and {option('token_url')} where they are set."
    )
