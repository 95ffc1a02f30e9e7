"""The connection check: the token, the account and every configured workspace, within ten seconds."""

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from source_mparticle.api.client import Client
from source_mparticle.api.envelope import records_of
from source_mparticle.api.exchange import Deadline
from source_mparticle.api.trouble import Limits
from source_mparticle.api.workspaces import selected_workspaces

SECONDS = 8.0


def check_connection(config: Mapping[str, Any]) -> None:
    """Raise a `MparticleError` for the first thing that would stop a sync; only reads."""
    probe = _Probe(config)
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
    """Asks the Platform API for lists, all before one deadline; what passes is tried again once."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._api_url = config["api_url"]
        deadline = Deadline(time.monotonic() + SECONDS, SECONDS)
        self._client = Client.of(config, Limits(waits=(1.0,)), deadline)

    def records(self, path: str, **query: str) -> list[dict[str, Any]]:
        return list(records_of(self._client.get(self._api_url + path, query)))
