"""Carry out changes to accounts, one after the other.

Renaming or deleting an account again does no harm, so after a lost response both are simply sent again. A creation has
no such key: mParticle documents nothing by which it would recognize a repetition. Therefore:

1. Before an account is created, the accounts are listed.
2. After a response that leaves open what happened (none, 408, 425, 429, or a server error), they are listed again. An
   account of that name whose id was not there before is the one that was asked for, and the record is accepted. If
   there is none, the account is created again.
3. A refusal after such a response is checked in the same way, since the first attempt may have come through late.
4. An account of that name that was there before the first attempt proves nothing: it may come from an earlier run that
   was interrupted, or from another system. mParticle is asked to create the account, and its response decides whether
   the record is accepted.

A 404 to a deletion counts as accepted if the account is not in the list either: it was deleted before.
"""

import logging
from typing import Final

from destination_mparticle.http.call import Call
from destination_mparticle.http.response import ApiResponse
from destination_mparticle.http.retry import Verdict
from destination_mparticle.objects.operations import APPEND, SOFT_DELETE
from destination_mparticle.platform_api.account_change import AccountChange
from destination_mparticle.platform_api.account_list import AccountList, created_id, read_account_list
from destination_mparticle.platform_api.calls import call_of, list_accounts
from destination_mparticle.platform_api.errors import unexpected_response_error
from destination_mparticle.sending.retrying_client import RetryingClient
from destination_mparticle.sending.shipment import ResultListener

_logger = logging.getLogger("airbyte")
_CREATED: Final = 201
_NOT_FOUND: Final = 404
_REFUSED: Final = frozenset((400, 409, 413, 422))
"""What mParticle responds to a change that its rules forbid; 422 is the documented one."""


class AccountSender:
    """Delivers one change after the other. With `stop_at_refusal`, nothing follows a change that mParticle refused."""

    def __init__(
        self, client: RetryingClient, listener: ResultListener, *, account_id: str, stop_at_refusal: bool
    ) -> None:
        self._client = client
        self._listener = listener
        self._list = list_accounts(account_id)
        self._stop_at_refusal = stop_at_refusal
        self._has_refused = False

    def deliver(self, change: AccountChange) -> None:
        """Return when mParticle has carried out or refused a change. Raises a `SyncError`."""
        if self._has_refused and self._stop_at_refusal:
            self._listener.held_back(change.stream, len(change.records))
            return
        kind = change.operation.kind
        call = call_of(change.operation)
        response = self._create(change, call) if kind == APPEND else self._client.send(call, [change])
        is_accepted = self._client.verdict(response) is Verdict.ACCEPTED
        if (is_accepted and not response.errors) or (kind == SOFT_DELETE and self._is_gone(change, response)):
            self._listener.accepted([change])
            if kind == APPEND:
                _log_created(change, response)
        elif is_accepted or response.status in _REFUSED or (response.status == _NOT_FOUND and kind != APPEND):
            self._has_refused = True
            self._listener.refused(change, response.error_text or f"mParticle answered {response.status}.")
        else:
            raise unexpected_response_error(call, response)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _create(self, change: AccountChange, call: Call) -> ApiResponse:
        """Create an account once, by the rule in this module's docstring."""
        before = self._accounts(change)

        def attempt(retries: int) -> ApiResponse:
            response = self._client.send_once(call)
            verdict = self._client.verdict(response)
            if verdict in {Verdict.ACCEPTED, Verdict.CREDENTIALS}:
                return response
            may_exist = verdict is Verdict.RETRY or retries > 0
            if may_exist and self._accounts(change).gained(before, change.operation.name):
                return ApiResponse(_CREATED)
            return response

        return self._client.retry(call, attempt, [change])

    def _is_gone(self, change: AccountChange, response: ApiResponse) -> bool:
        return response.status == _NOT_FOUND and not self._accounts(change).has(change.operation.account_id)

    def _accounts(self, change: AccountChange) -> AccountList:
        response = self._client.send(self._list, [change])
        if self._client.verdict(response) is not Verdict.ACCEPTED:
            raise unexpected_response_error(self._list, response)
        try:
            return read_account_list(response.content)
        except ValueError:
            raise unexpected_response_error(self._list, response, "something that is not a list of accounts") from None


def _log_created(change: AccountChange, response: ApiResponse) -> None:
    """Log the new account's id, which is found nowhere else. Its name is the record's and stays out of the log."""
    account_id = created_id(response.content)
    if account_id is not None:
        _logger.info("Stream %s: created the account with id %d.", change.stream, account_id)
