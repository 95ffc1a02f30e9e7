"""The connection check: tries every API that the configuration asks for, and is over within eight seconds.

What stops every stream fails it, and so do users that cannot be looked up. What only some streams need is noted.
"""

import concurrent.futures
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from threading import Thread
from typing import Any, TypeVar

from source_mparticle.api import errors
from source_mparticle.api.circuit_breaker import RetryLimits
from source_mparticle.api.client import Client
from source_mparticle.api.envelope import records_inside, records_of
from source_mparticle.api.http_session import Deadline
from source_mparticle.api.workspaces import selected_workspaces
from source_mparticle.configuration import messages
from source_mparticle.configuration.normalization import with_defaults
from source_mparticle.configuration.validation import require_valid
from source_mparticle.profiles.identities import identities
from source_mparticle.profiles.lookup import ProfileLookup
from source_mparticle.profiles.options import ProfileOptions

_logger = logging.getLogger("airbyte")

Result = TypeVar("Result")

SECONDS = 8.0
# For the client, which keeps the same deadline and knows better what was too slow.
MARGIN_SECONDS = 0.3
# Access is granted to an account as a whole, so more workspaces would prove nothing more.
MOST_WORKSPACES = 10

DATA_PLANNING = (errors.DATA_PLANNING_API, ("data_plans", "data_plan_versions"))
CUSTOM_ROLES = (errors.CUSTOM_ROLES_API, ("custom_roles", "role_tasks"))
PROFILES = (errors.PROFILE_API, ("user_profiles", "audience_memberships"))


def check_failure(
    config: Mapping[str, Any], spec: Mapping[str, Any], learn_secret: Callable[[str], None]
) -> str | None:
    """Why no sync could run with a configuration, in sentences for the user; None where one could.

    What only some streams lack is logged. `learn_secret` is called with every secret that no log may show.
    """
    try:
        require_valid(config, spec)
        for note in check_connection(with_defaults(config, spec), learn_secret):
            _logger.info(note)
    except errors.MparticleError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - a check always ends with a status
        return messages.unexpected_error(error)
    return None


def check_connection(config: Mapping[str, Any], learn_secret: Callable[[str], None] = lambda _: None) -> list[str]:
    """Only read, and raise a `MparticleError` for the first thing that would stop a sync.

    Returns a sentence for each API that refused or failed and that only some streams need. `learn_secret` is called
    with every secret that no log may show.
    """
    return _Check(config, learn_secret).run()


@dataclass(frozen=True)
class _Extra:
    """Something that only these streams need."""

    grant: str
    streams: tuple[str, ...]
    outcome: "concurrent.futures.Future[str | None]"


class _Check:
    """Sends everything at once that needs no other response. A transient error is retried once."""

    def __init__(self, config: Mapping[str, Any], learn_secret: Callable[[str], None]) -> None:
        self._config = config
        self._account_id: str = config["account_id"]
        self._deadline = Deadline(time.monotonic() + SECONDS, SECONDS)
        self._client = Client.of(config, RetryLimits(waits=(1.0,)), self._deadline, learn_secret)
        self._profiles = ProfileOptions.of(config)

    def run(self) -> list[str]:
        accounts, listed = _started(self._try_account), _started(self._workspaces)
        users = _started(lambda: identities(self._profiles) if self._profiles else [])
        extras = list(self._extras(users))
        self._result(accounts)
        known = self._result(listed)
        chosen = selected_workspaces(self._config.get("workspace_ids"), known, self._account_id)
        attributes = [_started(partial(self._try_attributes, each)) for each in self._tried_of(chosen)]
        if chosen:
            extras.append(_Extra(*DATA_PLANNING, _started(partial(self._try_data_plans, chosen[0]))))
        for attempt in attributes:
            self._result(attempt)
        self._require_users(users, known)
        return [note for note in map(self._note, extras) if note]

    def _extras(self, users: "concurrent.futures.Future[list[str]]") -> Iterator[_Extra]:
        if self._config.get("org_id"):
            yield _Extra(*CUSTOM_ROLES, _started(self._try_roles))
        if self._profiles:
            options = self._profiles
            yield _Extra(*PROFILES, _started(partial(self._try_first_of, users, options)))

    def _tried_of(self, chosen: list[str]) -> list[str]:
        return chosen[: MOST_WORKSPACES if self._config.get("workspace_ids") else 1]

    def _try_account(self) -> None:
        url = self._url("/v1/accounts")
        shown = [str(account.get("id")) for account in records_of(self._client.get(url, self._account))]
        if self._account_id not in shown:
            raise messages.no_account(self._account_id, shown)

    def _workspaces(self) -> list[str]:
        response = self._client.get(self._url("/v1/workspace"), self._account)
        ids = [workspace.get("id") for workspace in records_of(response)]
        if None in ids:
            raise errors.no_list(response.url)
        return [str(each) for each in ids]

    def _try_attributes(self, workspace: str) -> None:
        list(records_of(self._client.get(self._url(f"/platform/v2/workspaces/{workspace}/calculatedattributes"))))

    def _try_data_plans(self, workspace: str) -> None:
        url = self._url(f"/platform/v2/workspaces/{workspace}/plans")
        list(records_of(self._client.get(url, grant=DATA_PLANNING[0])))

    def _try_roles(self) -> None:
        url = self._url(f"/platform/v2/organizations/{self._config['org_id']}/accounts/{self._account_id}/roles")
        list(records_inside(self._client.get(url, grant=CUSTOM_ROLES[0]), "roles"))

    def _try_first_of(self, pending: "concurrent.futures.Future[list[str]]", options: ProfileOptions) -> str | None:
        try:
            users = pending.result(max(self._deadline.at - time.monotonic(), 0.0))
        except concurrent.futures.TimeoutError:
            return messages.users_not_tried()
        lookup = ProfileLookup(options, self._config["api_url"], self._client)
        return messages.first_user_unknown() if users and lookup.profile(users[0]) is None else None

    def _require_users(self, users: "concurrent.futures.Future[list[str]]", known: list[str]) -> None:
        if self._profiles is None:
            return
        if self._profiles.workspace_id not in known:
            raise messages.unknown_profile_workspace(self._profiles.workspace_id, self._account_id, known)
        try:
            users.result(self._time_left())
        except concurrent.futures.TimeoutError:
            # A long file takes longer than the check; the sync has the time.
            return

    def _note(self, extra: _Extra) -> str | None:
        try:
            return self._result(extra.outcome)
        except errors.MparticleError as error:
            return messages.cannot_be_read(extra.streams, extra.grant, error)

    def _result(self, outcome: "concurrent.futures.Future[Result]") -> Result:
        try:
            return outcome.result(self._time_left())
        except concurrent.futures.TimeoutError:
            raise errors.too_slow(self._config["api_url"], SECONDS, errors.API_URL) from None

    def _time_left(self) -> float:
        return max(self._deadline.at + MARGIN_SECONDS - time.monotonic(), 0.0)

    @property
    def _account(self) -> dict[str, str]:
        return {"accountId": self._account_id}

    def _url(self, path: str) -> str:
        return f"{self._config['api_url']}{path}"


def _started(work: Callable[[], Result]) -> "concurrent.futures.Future[Result]":
    """The outcome of work in a daemon thread: one of a pool would keep the process alive."""
    outcome: concurrent.futures.Future[Result] = concurrent.futures.Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # noqa: BLE001 - handed to the one who waits
            outcome.set_exception(error)

    Thread(target=run, daemon=True).start()
    return outcome
