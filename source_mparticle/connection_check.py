"""The connection check: the token, the account and every configured workspace, within ten seconds."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

from source_mparticle.api import problems
from source_mparticle.api.answers import problem_of
from source_mparticle.api.bearer import BearerAuth
from source_mparticle.api.envelope import records_of
from source_mparticle.api.token import TokenKeeper
from source_mparticle.api.token_endpoint import TokenEndpoint
from source_mparticle.api.workspaces import selected_workspaces

SECONDS = 8.0


def check_connection(config: Mapping[str, Any], clock: Callable[[], float] = time.monotonic) -> None:
    """Raise a `MparticleError` for the first thing that would stop a sync; only reads, and tries everything once."""
    probe = _Probe(config, deadline=clock() + SECONDS, clock=clock)
    account_id = config["account_id"]
    probe.records("/v1/accounts", accountId=account_id)
    known = [str(workspace["id"]) for workspace in probe.records("/v1/workspace", accountId=account_id)]
    chosen = selected_workspaces(config.get("workspace_ids"), known, account_id)
    if not config.get("workspace_ids"):
        chosen = chosen[:1]
    with ThreadPoolExecutor(max_workers=config["num_workers"]) as pool:
        # `list` lets the first failure out.
        list(pool.map(lambda each: probe.records(f"/platform/v2/workspaces/{each}/calculatedattributes"), chosen))


class _Probe:
    """Asks the Platform API for lists, all before one deadline."""

    def __init__(self, config: Mapping[str, Any], deadline: float, clock: Callable[[], float]) -> None:
        self._config = config
        self._deadline = deadline
        self._clock = clock
        endpoint = TokenEndpoint(config["token_url"], config["client_id"], config["client_secret"])
        self._auth = BearerAuth(TokenKeeper(lambda: endpoint.request_once(self._time_left(endpoint.url)), clock))

    def records(self, path: str, **query: str) -> list[dict[str, Any]]:
        url = self._config["api_url"] + path
        try:
            response = requests.get(url, params=query, auth=self._auth, timeout=self._time_left(url))
        except requests.RequestException as error:
            raise problems.unreachable(url, "API URL") from error
        problem = problem_of(response, self._config["account_id"])
        if problem:
            raise problem
        return records_of(response.content, url)

    def _time_left(self, url: str) -> float:
        left = self._deadline - self._clock()
        if left <= 0:
            raise problems.too_slow(url, SECONDS)
        return left
